"""The page of the feed, and what authors are called."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from client.feed.authors import MOST as MOST_AUTHORS
from client.feed.authors import names
from client.feed.hashtags import hashtag, hashtags
from client.feed.models import LONGEST, Post
from client.feed.serializers import MOST

SHOWN = 50  # posts on the page at first
MOST_FOLLOWED = 20  # hashtags; a page that connects follows them one by one, within LIVE_CALLS_BURST


@require_safe
@never_cache
def feed(request: HttpRequest) -> HttpResponse:
    """Show the newest posts, of all or of the hashtags in the address, to anybody."""
    most = min(MOST_FOLLOWED, settings.LIVE_TOPICS_A_WINDOW)
    asked = [tag for text in request.GET.getlist("hashtag") if (tag := hashtag(text[:LONGEST]))]
    named = list(dict.fromkeys(asked))
    followed = named[:most]
    posts = list(Post.objects.all()[: MOST if followed else SHOWN])
    if followed:
        posts = [post for post in posts if not hashtags(post.body).isdisjoint(followed)][:SHOWN]
    called = names({post.author_id for post in posts}) if request.user.is_authenticated else {}
    state = {"user": request.user.pk, "followed": followed, "most_followed": most, "shown": SHOWN, "names": called}
    shown = [(post, called.get(post.author_id)) for post in posts]
    passed_over = len(named) - len(followed)
    context = {"posts": shown, "state": state, "longest": LONGEST, "passed_over": passed_over}
    return render(request, "feed/feed.html", context)


@require_safe
@never_cache
@login_required
def authors(request: HttpRequest) -> HttpResponse:
    """Answer the usernames of authors by their keys, `?pk=1&pk=2`; of those who are not there nothing."""
    asked = request.GET.getlist("pk")[:MOST_AUTHORS]
    return JsonResponse(names({int(pk) for pk in asked if pk.isascii() and pk.isdecimal() and len(pk) < 19}))
