"""Master's admin in the hands of a person: every change by its pages."""

from playwright.sync_api import Page

PASSWORD = "correct horse battery staple"


class Admin:
    """The pages of users, in a tab that is signed in."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address

    def create(self, username: str) -> None:
        """Create a user by the form; his names come later, as Django's admin has it."""
        self.page.goto(f"{self.address}/admin/users/user/add/")
        self._fill(username=username, password1=PASSWORD, password2=PASSWORD)
        self._save()

    def change(self, who: str, /, **fields: str | bool) -> None:
        """Change some fields of the user who is called so now."""
        self._open(who)
        self._fill(**fields)
        self._save()

    def delete(self, username: str) -> None:
        """Delete a user, and say that one is sure."""
        self._open(username)
        self.page.get_by_role("link", name="Delete").click()
        self.page.get_by_role("button", name="Yes, I\N{RIGHT SINGLE QUOTATION MARK}m sure").click()
        self._succeeded()

    def _open(self, username: str) -> None:
        self.page.goto(f"{self.address}/admin/users/user/?q={username}")
        self.page.get_by_role("link", name=username, exact=True).click()

    def _fill(self, **fields: str | bool) -> None:
        for name, value in fields.items():
            field = self.page.locator(f"[name={name}]")
            field.set_checked(value) if isinstance(value, bool) else field.fill(value)

    def _save(self) -> None:
        self.page.get_by_role("button", name="Save", exact=True).click()
        self._succeeded()

    def _succeeded(self) -> None:
        self.page.locator(".messagelist .success").wait_for()
