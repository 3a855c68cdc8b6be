"""What a socket of the feed may ask for, in the shapes of djangochannelsrestframework.

The library's REST-like actions are used as they are. Its consumer's own loop, groups and observers are not: each socket
would have a channel and two tasks, and events would be missed, doubled or sent to those who may not have them.
"""

import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from djangochannelsrestframework.decorators import action
from djangochannelsrestframework.generics import GenericAsyncAPIConsumer
from djangochannelsrestframework.mixins import (
    CreateModelMixin,
    DeleteModelMixin,
    PaginatedModelListMixin,
    PatchModelMixin,
    RetrieveModelMixin,
)
from djangochannelsrestframework.permissions import AllowAny
from psycopg.errors import ForeignKeyViolation
from rest_framework.exceptions import APIException, NotAuthenticated, NotFound, PermissionDenied, ValidationError

from client.feed import counters
from client.feed.changes import EVERY, hashtag_topic, post_topic
from client.feed.hashtags import hashtags
from client.feed.models import Post
from client.feed.paging import Paging
from client.feed.serializers import MOST, One, Page, PostSerializer, Tagged
from client.feed.turns import UnavailableError
from client.live.frames import text_frame
from client.live.outage import OUTAGES

if TYPE_CHECKING:
    from client.feed.sockets import FeedSocket

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

WRITING: Final = frozenset({"create", "patch", "delete"})
SAID: Final[dict[str, type[Any]]] = {  # beside `data`; what else a request says is passed over
    "list": Page,
    "retrieve": One,
    "patch": One,
    "delete": One,
    "subscribe_instance": One,
    "unsubscribe_instance": One,
    "subscribe_to_hashtag": Tagged,
    "unsubscribe_from_hashtag": Tagged,
}


def in_our_threads(theirs: Any) -> Any:
    """Return an action of the library's that waits for the database in our threads.

    By itself it would wait in asgiref's one thread, and connect to the database each time.
    """
    carry_out = theirs.__wrapped__

    @wraps(theirs)
    async def ours(self: "FeedActions", **said: Any) -> Any:
        return await self.carry_out(lambda: carry_out(self, **said))

    return ours


class FeedActions(
    CreateModelMixin,  # type: ignore[misc]
    PatchModelMixin,  # type: ignore[misc]
    DeleteModelMixin,  # type: ignore[misc]
    RetrieveModelMixin,  # type: ignore[misc]
    PaginatedModelListMixin,  # type: ignore[misc]
    GenericAsyncAPIConsumer,  # type: ignore[misc]
):
    """Carries out one request of a socket."""

    queryset = Post.objects.all()
    serializer_class = PostSerializer
    pagination_class = Paging
    permission_classes = (AllowAny,)

    create = in_our_threads(CreateModelMixin.create)
    patch = in_our_threads(PatchModelMixin.patch)
    delete = in_our_threads(DeleteModelMixin.delete)
    retrieve = in_our_threads(RetrieveModelMixin.retrieve)
    list = in_our_threads(PaginatedModelListMixin.list)

    def __init__(self, socket: "FeedSocket") -> None:
        super().__init__()
        self.scope: dict[str, Any] = {}
        self.socket = socket
        self.user: Any = None

    async def get_action_name(self, content: dict[str, Any], **kwargs: Any) -> tuple[str, dict[str, Any]]:
        """Return the action and what is said beside; a request may not bring arguments of other names."""
        name = content.pop("action")
        if not isinstance(name, str):
            raise ValidationError({"action": [_("Not a valid string.")]})
        return name, {key: content[key] for key in _known(name) if key in content}

    async def handle_action(self, action: str, request_id: Any, **content: Any) -> None:
        """Carry it out and reply: 401 comes before what else may be wrong."""
        try:
            if action in WRITING:
                self.user = await self.socket.user_now()
                if self.user is None:
                    raise NotAuthenticated
            content = _checked(action, content)
        except Exception as error:
            await self.handle_exception(error, action=action, request_id=request_id)
        else:
            await super().handle_action(action, request_id=request_id, **content)

    async def carry_out(self, function: Callable[[], Result]) -> Result:
        """Return what a function does with the database, when it is the socket's turn, unless it was closed by then."""

        def if_open() -> Result:
            if not self.socket.is_open:  # such as by a sign-out
                raise NotAuthenticated
            return function()

        return await self.socket.feed.turns.run(self.socket.user_pk, if_open)

    async def handle_exception(self, exc: Exception, action: str | None, request_id: Any) -> None:
        """Reply what is wrong; whatever it is, the socket stays."""
        if isinstance(exc, OUTAGES):  # TimeoutError is an OSError
            logger.warning("feed not served", extra={"error.type": type(exc).__name__, "error.message": str(exc)})
            exc = UnavailableError()
        elif isinstance(exc.__cause__, ForeignKeyViolation):  # the author was deleted while he wrote
            exc = NotAuthenticated()
        elif isinstance(exc, Http404):
            exc = NotFound(_("There is no such post."))  # the library's own sentence is never translated
        elif not isinstance(exc, APIException):
            logger.error("feed request failed", exc_info=exc)
            exc = APIException(_("Something went wrong here."))
        await super().handle_exception(exc, action=action, request_id=request_id)

    async def reply(
        self, action: str | None, data: Any = None, errors: Any = None, status: int = 200, request_id: Any = None
    ) -> None:
        """Reply, and count."""
        known = action if action in self.available_actions else ""
        counters.requests.labels(action=known, status=status).inc()
        await super().reply(action, data=data, errors=errors, status=status, request_id=request_id)

    async def send_json(self, content: Any, close: bool = False) -> None:
        """Hand a reply to the socket, which may be keeping it until it is judged."""
        self.socket.outgoing.put(text_frame(json.dumps(content)))

    def filter_queryset(self, queryset: "QuerySet[Post]", **said: Any) -> Any:
        """Return the posts that `list` is to show; of those with a hashtag the ones that are among the newest."""
        if part := said.get("body_contains"):
            queryset = queryset.filter(body__icontains=part)
        if wanted := said.get("hashtags"):
            return [post for post in queryset[:MOST] if not hashtags(post.body).isdisjoint(wanted)]
        return queryset

    def get_object(self, **said: Any) -> Post:
        """Return a post; raise PermissionDenied when somebody would write another's."""
        post: Post = super().get_object(**said)
        if self.user is not None and post.author_id != self.user.pk:
            raise PermissionDenied(_("Only its author may change or delete a post."))
        return post

    def perform_create(self, serializer: Any, **kwargs: Any) -> None:
        """Write a post of the user's."""
        serializer.save(author=self.user)

    def perform_patch(self, serializer: Any, **kwargs: Any) -> None:
        """Write what was sent of a post, unless it was deleted meanwhile."""
        post, values = serializer.instance, serializer.validated_data
        if values and not Post.objects.filter(pk=post.pk).update(**values):
            raise Http404
        for name, value in values.items():
            setattr(post, name, value)

    @action()  # type: ignore[untyped-decorator]
    async def subscribe_to_hashtag(self, hashtag: str, **kwargs: Any) -> tuple[None, int]:
        """Tell of posts that gain, have or lose a hashtag."""
        await self.socket.follow(hashtag_topic(hashtag))
        return None, 201

    @action()  # type: ignore[untyped-decorator]
    async def unsubscribe_from_hashtag(self, hashtag: str, **kwargs: Any) -> tuple[None, int]:
        """Tell no more of a hashtag, from this reply on."""
        self.socket.unfollow(hashtag_topic(hashtag))
        return None, 204

    @action()  # type: ignore[untyped-decorator]
    async def subscribe_instance(self, pk: int, **kwargs: Any) -> tuple[None, int]:
        """Tell of one post."""
        await self.carry_out(lambda: self.get_object(pk=pk))
        await self.socket.follow(post_topic(pk))
        return None, 201

    @action()  # type: ignore[untyped-decorator]
    async def unsubscribe_instance(self, pk: int, **kwargs: Any) -> tuple[None, int]:
        """Tell no more of it."""
        self.socket.unfollow(post_topic(pk))
        return None, 204

    @action()  # type: ignore[untyped-decorator]
    async def subscribe_to_posts(self, **kwargs: Any) -> tuple[None, int]:
        """Tell of every post."""
        await self.socket.follow(EVERY)
        return None, 201

    @action()  # type: ignore[untyped-decorator]
    async def unsubscribe_from_posts(self, **kwargs: Any) -> tuple[None, int]:
        """Tell no more of every post, but still of what is followed otherwise."""
        self.socket.unfollow(EVERY)
        return None, 204

    @action()  # type: ignore[untyped-decorator]
    async def whoami(self, **kwargs: Any) -> tuple[dict[str, int | None], int]:
        """Answer a sign of life, by whose socket it is."""
        return {"user": self.socket.user_pk}, 200


def _known(action: str) -> list[str]:
    return ["data", *(SAID[action]().fields if action in SAID else ())]


def _checked(action: str, content: dict[str, Any]) -> dict[str, Any]:
    """Return what a request says, as the action takes it; raise ValidationError."""
    data = {"data": content.pop("data", {})} if action in {"create", "patch"} else {}
    if action not in SAID:
        return data
    said = SAID[action](data=content)
    said.is_valid(raise_exception=True)
    return {**said.validated_data, **data}
