"""What axe finds wrong with a page: contrast, names, roles, order of headings …"""

from functools import cache

from playwright.sync_api import Page

from tests import tools


def violations(page: Page) -> list[str]:
    """Return what is wrong."""
    page.evaluate(_axe())
    found = page.evaluate("axe.run()")["violations"]
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


@cache
def _axe() -> str:
    return tools.axe().read_text()
