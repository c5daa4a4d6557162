CREATE TABLE "channel_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"channel_id" text NOT NULL,
	"name" text DEFAULT '' NOT NULL,
	"sealed_secret" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "relay_sights" (
	"relay_id" text PRIMARY KEY NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"channels" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "vendors" text[];--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "regions" text[];--> statement-breakpoint
ALTER TABLE "channels" ADD COLUMN "region" text;--> statement-breakpoint
ALTER TABLE "channels" ADD COLUMN "collects_data" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "channels" ADD COLUMN "in_flight_max" integer;--> statement-breakpoint
ALTER TABLE "requests" ADD COLUMN "region" text;--> statement-breakpoint
ALTER TABLE "channel_keys" ADD CONSTRAINT "channel_keys_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "channel_keys_channel" ON "channel_keys" USING btree ("channel_id","id");--> statement-breakpoint
ALTER TABLE "channels" ADD CONSTRAINT "channels_in_flight_positive" CHECK ("channels"."in_flight_max" > 0);
--> statement-breakpoint
-- By hand:
-- Secrets were bound to the channel's id and stay so: they move as they are, before their column goes.
INSERT INTO "channel_keys" ("id", "channel_id", "sealed_secret", "created_at")
SELECT 'chk_' || substr("id", 5), "id", "sealed_secret", "created_at" FROM "channels";
--> statement-breakpoint
ALTER TABLE "channels" DROP COLUMN "sealed_secret";
--> statement-breakpoint
CREATE TRIGGER channel_keys_notify AFTER INSERT OR UPDATE OR DELETE ON "channel_keys" FOR EACH STATEMENT EXECUTE FUNCTION weir_notify_change();
