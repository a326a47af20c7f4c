/** Where Slack sends requests, and people back after an installation. */
export const eventsPath = "/slack/events";

export const redirectPath = "/slack/oauth_redirect";

/** Of `botScopes` those that whoever installs it may leave out: what needs them then says so. */
export const optionalScopes = ["usergroups:read", "files:write"];

/** The scopes that Patchbay asks for; the manifest is held against them. */
export const botScopes = ["commands", "chat:write", "users:read", ...optionalScopes];
