/** Where Slack sends requests, and people back after an installation. */
export const eventsPath = "/slack/events";

export const redirectPath = "/slack/oauth_redirect";

/** The `botScopes` that an admin may leave out; a feature that needs a missing one says so. */
export const optionalScopes = ["usergroups:read", "files:write"];

/** The scopes that Patchbay asks for; the manifest is held against them. */
export const botScopes = ["commands", "chat:write", "users:read", ...optionalScopes];
