"""Classify: what the model sees in a picture or clip that somebody hands in. Nothing is kept, nobody is told."""

from html import escape

import streamlit as st

from api.schemas.frames import ClassifiedOut
from api.schemas.words import UploadKind
from dashboard import client, drawing
from dashboard.listing import UNLIKE, strange

LARGEST_SHOWN = 16_000_000
SHOWN = (b"\xff\xd8", b"\x89PNG", b"RIFF", b"GIF8")
FILE, PHOTO = "A file", "Take a photo"
HINTS = {
    FILE: "On a phone, “Upload” offers its camera too.",
    PHOTO: "No picture here? A browser lends its camera only to https addresses: use “A file”, which offers it too.",
}


def show() -> None:
    """Take a file or a photo, say what is in it."""
    st.html('<p class="bw-line">What is in this picture or clip? It is not kept, and nobody is warned.</p>')
    how = st.segmented_control("From", (FILE, PHOTO), default=FILE, label_visibility="collapsed")
    given = st.camera_input("Point it at what you saw") if how == PHOTO else st.file_uploader("Picture or clip")
    if given is None:
        st.html(f'<p class="bw-line bw-quiet">{HINTS[how or FILE]}</p>')
        return
    data, name = given.getvalue(), "The photo" if how == PHOTO else given.name
    with st.spinner("The model looks at it"):
        found = _asked(given.file_id, name, data)
    if found.error is not None:
        st.error(f"{name} cannot be classified: {found.error.detail}", icon=":material/broken_image:")
        return
    said, seen = st.columns([2, 3])
    with said:
        _words(found)
    with seen:
        _picture(data, found)


def _asked(file: str, name: str, data: bytes) -> ClassifiedOut:
    """Asked once for each file, not at each drawing of the page."""
    kept: tuple[str, ClassifiedOut] | None = st.session_state.get("classified")
    if kept is None or kept[0] != file:
        kept = (file, client.upload("/classify", ClassifiedOut, name=name, data=data))
        st.session_state["classified"] = kept
    return kept[1]


def _picture(data: bytes, found: ClassifiedOut) -> None:
    if found.kind is UploadKind.CLIP:
        st.video(data)
    elif data.startswith(SHOWN) and len(data) <= LARGEST_SHOWN:
        st.html(drawing.picture(data, alt=found.file, boxes=found.boxes, named=True))
    else:
        st.info("This kind of picture cannot be shown in a browser, or it is too large; the answer stands.")


def _model(found: ClassifiedOut) -> str:
    return f"{found.model_name or 'of no name'} ({(found.model or 'unknown')[:12]})"


def _words(found: ClassifiedOut) -> None:
    p, threshold = found.p_bear or 0.0, found.threshold if found.threshold is not None else 0.5
    verdict = "Called a bear" if found.bear else "Not called a bear"
    bear = f"{verdict}: {p:.4f}, {'above' if found.bear else 'below'} the threshold {threshold:.2f}"
    label = found.label or "nothing"
    sure = (found.probabilities or {}).get(label, 0.0)
    when = {True: "night infrared", False: "day", None: "day or night: not known"}[found.night]
    unlike = strange(found.out_of_domain_p)
    warned = " bw-warn" if found.out_of_domain_p is not None and found.out_of_domain_p <= UNLIKE else ""
    st.html(
        f'<p class="bw-big"><b>{escape(drawing.words(label))}</b> {sure:.4f}</p><p class="bw-line">{escape(bear)}</p>'
        f'<p class="bw-line">{when} · <span class="bw-unlike{warned}">{escape(unlike)}</span></p>'
        f"{drawing.bars(found.probabilities or {}, found.label)}"
        f'<p class="bw-line bw-quiet">Model {escape(_model(found))}, {found.seconds or 0:.2f} s</p>'
    )
    if found.visits is not None:
        rows = [
            [f"{visit.start_s:.1f}-{visit.end_s:.1f} s", drawing.words(visit.label), f"{visit.p_bear:.4f}",
             "bear" if visit.bear else ""]
            for visit in found.visits
        ]  # fmt: skip
        scored = f"{found.frames_scored} of {found.frames} frames scored"
        st.html(f'<p class="bw-line">{scored}</p>' + drawing.table(["When", "What", "p of a bear", ""], rows))
