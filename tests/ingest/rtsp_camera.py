"""A camera: GStreamer's RTSP server run by the system's Python, which has its bindings.

python3 rtsp_camera.py PORT VIEW...     the first view is at rtsp://127.0.0.1:PORT/0, the next at /1

A view is h264=FILE@RATE or h265=FILE@RATE, a bare file (Annex B) that is sent as it is, again and again; or
test=WIDTHxHEIGHT, a moving test picture, which becomes half as large on SIGUSR1.
"""

import signal
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

Gst.init(None)


def clip(codec: str, path: str, rate: int) -> GstRtspServer.RTSPMediaFactory:
    """A bare H.264 or H.265 file (Annex B), sent at its own rate."""
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_shared(True)
    factory.set_launch(
        f'( multifilesrc location="{path}" loop=true do-timestamp=false ! '
        f"{codec}parse config-interval=-1 ! video/x-{codec},framerate={rate}/1,alignment=au ! "
        f"identity sync=true ! rtp{codec}pay name=pay0 pt=96 )"
    )
    return factory


def test_picture(width: int, height: int) -> GstRtspServer.RTSPMediaFactory:
    """Drawn by GStreamer, its size can change while it is sent."""
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_shared(True)
    factory.set_launch(
        f"( videotestsrc is-live=true pattern=ball ! videoscale ! "
        f"capsfilter name=size caps=video/x-raw,width={width},height={height},framerate=15/1 ! "
        f"x264enc tune=zerolatency key-int-max=15 ! rtph264pay config-interval=1 name=pay0 pt=96 )"
    )

    def made(_: GstRtspServer.RTSPMediaFactory, media: GstRtspServer.RTSPMedia) -> None:
        caps = Gst.Caps.from_string(f"video/x-raw,width={width // 2},height={height // 2},framerate=15/1")
        size = media.get_element().get_child_by_name("size")
        GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR1, lambda: size.set_property("caps", caps) or True)

    factory.connect("media-configure", made)
    return factory


if __name__ == "__main__":
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(sys.argv[1])
    places = server.get_mount_points()
    for number, argument in enumerate(sys.argv[2:]):
        kind, _, told = argument.partition("=")
        if kind == "test":
            wide, _, high = told.partition("x")
            places.add_factory(f"/{number}", test_picture(int(wide), int(high)))
        else:
            path, _, rate = told.rpartition("@")
            places.add_factory(f"/{number}", clip(kind, path, int(rate)))
    server.attach(None)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    GLib.MainLoop().run()
