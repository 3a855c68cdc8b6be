"""Headers that say to a browser what the pages of both projects may do there."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = "Content-Security-Policy"
# What all pages have in common: nothing inline, nothing from elsewhere, no frame around them.
DIRECTIVES = (
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self' data:",  # the icons of form fields are in the style sheet
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
PERMISSIONS = "Permissions-Policy"
# Powerful things that no page of ours uses, and that no script put into one shall ask for.
UNUSED = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation", "gyroscope"),
    *("magnetometer", "microphone", "midi", "payment", "publickey-credentials-get", "usb", "xr-spatial-tracking"),
)


def permissions_policy(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Switch off what no page uses."""
    unused = ", ".join(f"{name}=()" for name in UNUSED)

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault(PERMISSIONS, unused)
        return response

    return middleware
