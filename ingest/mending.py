"""Mending: what people can do about each fault of a camera. PURE."""

from collections.abc import Mapping

from store.vocabulary import CameraFault

MEND: Mapping[CameraFault, str] = {
    CameraFault.SILENT: "look at its power and its network or signal, then at the address or key in park.toml",
    CameraFault.BLACK: "look whether something hangs over the lens, and whether it has a lamp for the night",
    CameraFault.COVERED: "go there and free the lens: leaves, snow, a web, a hand",
    CameraFault.FROZEN: "switch the camera off and on again; look at its recorder",
    CameraFault.BLURRED: "wipe the lens; if it is dry and clear, set its focus; fog ends by itself",
    CameraFault.MOVED: "turn it back, or accept the new view if it was moved on purpose",
    CameraFault.INFRARED_FAILED: "look at its infrared lamp and battery before the next night",
    CameraFault.CLOCK_OFF: "set the camera's clock and time zone",
    CameraFault.SHEDDING: "run one more `bearwatch work`, or fewer cameras on this machine",
    CameraFault.KNOWN_CLIP_MISSED: "look at its picture, its masks and the model version in force, then run "
    "`bearwatch known-clip --camera` for it again",
    CameraFault.DISK_NEARLY_FULL: "make room on the disk, or give [storage] in park.toml smaller budgets",
}
NAMES: Mapping[CameraFault, str] = {
    CameraFault.BLURRED: "blurred, dewed or in fog",
    CameraFault.INFRARED_FAILED: "infrared failed",
    CameraFault.CLOCK_OFF: "clock off",
    CameraFault.SHEDDING: "shedding pictures",
    CameraFault.KNOWN_CLIP_MISSED: "blind to a known bear",
    CameraFault.DISK_NEARLY_FULL: "disk nearly full",
}

NO_KNOWN_CLIP = "no bear of this camera is known yet: confirm one, or name a file as `known_clip` in park.toml"
"""Why a camera's path cannot be tested, with the mend."""


def name_of(fault: CameraFault) -> str:
    """What people call it.

    >>> name_of(CameraFault.MOVED), name_of(CameraFault.CLOCK_OFF)
    ('moved', 'clock off')
    """
    return NAMES.get(fault, fault.value)
