"""How a capturing trigger is installed. Migrations refer to the class below: do not change what it renders."""

from pgtrigger.compiler import UpsertTriggerSql


class CaptureSql(UpsertTriggerSql):
    """Installs a trigger that `pgtrigger.ignore()` cannot switch off: a change that is not captured is lost.

    Without that question, which costs a subtransaction for each statement, a save is quicker as well.
    """

    def get_template(self) -> str:
        """Return the template."""
        return """
            CREATE OR REPLACE FUNCTION {pgid}() RETURNS TRIGGER AS $$
                BEGIN
                    {func}
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE TRIGGER {pgid} {when} {operation} ON {table} {referencing}
                FOR EACH {level} EXECUTE PROCEDURE {execute};

            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """
