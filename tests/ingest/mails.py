"""Mails as trail cameras write them."""

from email.message import EmailMessage


def mail(*attached: tuple[str, bytes], sender: str = "creek@park.example", subject: str = "Motion") -> bytes:
    """A mail with some words and these files, dated 02:59 UTC."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = f"Creek camera <{sender}>", "bears@park.example", subject
    made["Date"] = "Sun, 22 Nov 2026 19:59:00 -0700"
    made.set_content("Battery 80%")
    for name, data in attached:
        made.add_attachment(data, maintype="image", subtype="jpeg", filename=name)
    return made.as_bytes().replace(b"\n", b"\r\n")
