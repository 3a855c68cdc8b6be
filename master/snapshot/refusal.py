"""What the pull API answers when it cannot answer."""

from collections.abc import Sequence

from django.http import HttpResponse, JsonResponse


class RefusedError(Exception):
    """A request that is refused, with a sentence that says what is wrong and what to do."""

    def __init__(self, status: int, sentence: str, *, fields: Sequence[str] | None = None, **headers: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.body = {"error": sentence} | ({} if fields is None else {"fields": list(fields)})
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def response(self) -> HttpResponse:
        """Return the refusal as JSON."""
        return JsonResponse(self.body, status=self.status, headers=self.headers)


def wrong(sentence: str, *, fields: Sequence[str] | None = None) -> RefusedError:
    """Return the refusal of a query."""
    return RefusedError(400, sentence, fields=fields)
