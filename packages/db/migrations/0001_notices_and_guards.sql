-- Running relays keep callers, models and prices in memory; whatever changes one of them tells them at once, whoever
-- made the change. Never on a table of the hot path: NOTIFY serialises commits.
CREATE FUNCTION weir_notify_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'api_keys' THEN
    PERFORM pg_notify('weir_key_changed', coalesce(NEW.hash, OLD.hash));
  ELSE
    PERFORM pg_notify('weir_routing_changed', '');
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER api_keys_notify AFTER INSERT OR UPDATE OR DELETE ON "api_keys" FOR EACH ROW EXECUTE FUNCTION weir_notify_change();
--> statement-breakpoint
CREATE TRIGGER channels_notify AFTER INSERT OR UPDATE OR DELETE ON "channels" FOR EACH STATEMENT EXECUTE FUNCTION weir_notify_change();
--> statement-breakpoint
CREATE TRIGGER models_notify AFTER INSERT OR UPDATE OR DELETE ON "models" FOR EACH STATEMENT EXECUTE FUNCTION weir_notify_change();
--> statement-breakpoint
CREATE TRIGGER routes_notify AFTER INSERT OR UPDATE OR DELETE ON "routes" FOR EACH STATEMENT EXECUTE FUNCTION weir_notify_change();
--> statement-breakpoint
CREATE TRIGGER prices_notify AFTER INSERT OR UPDATE OR DELETE ON "prices" FOR EACH STATEMENT EXECUTE FUNCTION weir_notify_change();
--> statement-breakpoint
-- The journal and the prices are written once.
CREATE FUNCTION weir_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
--> statement-breakpoint
CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE ON "entries" FOR EACH STATEMENT EXECUTE FUNCTION weir_refuse_change();
--> statement-breakpoint
CREATE TRIGGER prices_append_only BEFORE UPDATE OR DELETE ON "prices" FOR EACH STATEMENT EXECUTE FUNCTION weir_refuse_change();
