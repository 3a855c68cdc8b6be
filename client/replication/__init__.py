"""The one way in to a replicated table: newest version wins, whatever the order of arrival."""
