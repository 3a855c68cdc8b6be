"""Statements of the live layer."""

# One row for each pair of a user and a session that are both in force, with all that has to be known to judge windows.
IN_FORCE = """
SELECT "user".*, session.session_key, session.session_data, ARRAY(
    SELECT content_type.app_label || '.' || permission.codename
    FROM {permission} permission JOIN {content_type} content_type ON content_type.id = permission.content_type_id
    WHERE permission.id IN (
        SELECT of_user.permission_id FROM {of_user} of_user WHERE of_user.user_id = "user".{pk}
        UNION ALL
        SELECT of_group.permission_id FROM {of_group} of_group JOIN {member} member USING (group_id)
        WHERE member.user_id = "user".{pk}
    )
) AS permissions
FROM unnest(%s::text[], %s::text[]) AS asked (session_key, user_pk)
JOIN {session} session ON session.session_key = asked.session_key AND session.expire_date > now()
JOIN {user} "user" ON "user".{pk}::text = asked.user_pk AND "user".is_active
"""

USER = "SELECT * FROM {user} WHERE {pk} = %s"
