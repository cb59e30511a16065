-- Triggers that stop the owner's slip. Privileges already stop everybody else: nobody but the owner
-- may write here at all. An owner who means it can switch a trigger off; a kept checkpoint shows it.
CREATE FUNCTION log.refuse_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION 'nothing recorded is ever changed: % on %.% is refused',
            TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'DL004', HINT = 'Append a corrective event instead.';
END
$$;

CREATE FUNCTION log.refuse_stray_rows() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF current_setting('log.door', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
        RAISE EXCEPTION 'rows enter %.% through log.store only', TG_TABLE_SCHEMA, TG_TABLE_NAME
            USING ERRCODE = 'DL004';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER nothing_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON log.events
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
CREATE TRIGGER nothing_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON log.tags
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
CREATE TRIGGER nothing_changes BEFORE DELETE OR TRUNCATE ON log.head
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
CREATE TRIGGER one_door BEFORE INSERT ON log.events
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_stray_rows();
CREATE TRIGGER one_door BEFORE INSERT ON log.tags
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_stray_rows();
