CREATE TABLE "channel_watches" (
	"channel_id" text PRIMARY KEY NOT NULL,
	"told_down" boolean NOT NULL,
	"looks" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "channel_watches" ADD CONSTRAINT "channel_watches_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE cascade ON UPDATE no action;
