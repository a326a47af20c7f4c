/** The paths for Slack's requests and for the end of an installation. */
export const eventsPath = "/slack/events";

export const redirectPath = "/slack/oauth_redirect";

/** The `botScopes` that an admin may decline. A feature without its scope says so. */
export const optionalScopes = ["usergroups:read", "files:write", "app_mentions:read"];

/** The scopes that Patchbay requests. The manifest must have the same ones. */
export const botScopes = ["commands", "chat:write", "users:read", ...optionalScopes];
