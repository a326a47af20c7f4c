import { InvalidArgumentError, Option, type Command } from "commander";
import { maxTokenDays, tokenScopes, usualTokenDays, type TokenScope } from "../../domain/access/api-token.ts";
import type { CliDeps, Out } from "../cli-context.ts";
import { printAnswer, withCommonOptions, type CommonOptions } from "../numbers/common-options.ts";
import { printDone } from "../print-done.ts";
import { sanitize } from "../sanitize.ts";
import { tableFor } from "../table.ts";
import { tokenList, tokenMake, tokenRevoke, type TokenDocument } from "./token-commands.ts";

interface MakeOptions extends CommonOptions {
  readonly scope: TokenScope;
  readonly connection?: readonly string[];
  readonly days: number;
}

/** `patchbay tokens`: the tokens of the HTTP API. */
export function addTokens(patchbay: Command, deps: CliDeps): void {
  const tokens = patchbay
    .command("tokens")
    .description("list, make and revoke the tokens of the HTTP API")
    .addHelpText(
      "after",
      `
A token acts with the rights that its owner has at that moment, limited to its scope and its connections: the person
of --as, or else this shell. It is shown once.

Examples:
  patchbay tokens list
  patchbay tokens make ci --scope propose --as U0123ABCD --connection "Cartesia prod" --days 30
  patchbay tokens revoke ci`,
    );

  withCommonOptions(tokens.command("list"))
    .description("list the tokens with their owners, scopes, last use and expiry")
    .addHelpText("after", "\nExample:\n  patchbay tokens list --json")
    .action(async (options: CommonOptions) => printAnswer(deps, tokenList, {}, options, printTokens));

  withCommonOptions(tokens.command("make <name>"))
    .description("make a token and print it, once")
    .addOption(
      new Option("--scope <scope>", "what it may do; propose asks people in Slack")
        .choices(tokenScopes)
        .makeOptionMandatory(),
    )
    .option("--connection <name...>", "only numbers of these connections, by name or id")
    .option("--days <n>", `expire after this many days, up to ${maxTokenDays}`, readDays, usualTokenDays)
    .addHelpText(
      "after",
      '\nExamples:\n  patchbay tokens make dashboard --scope read\n  patchbay tokens make deploy --scope change --connection "Cartesia prod" --days 7',
    )
    .action(async (name: string, { scope, connection, days, ...options }: MakeOptions) =>
      printDone(deps, tokenMake, { name, scope, connections: connection && [...connection], days }, options, {
        asText: printMade,
        inShort: printOnlyMade,
        look,
      }),
    );

  withCommonOptions(tokens.command("revoke <token>"))
    .description("revoke a token at once, by its name or id")
    .addHelpText("after", "\nExample:\n  patchbay tokens revoke ci")
    .action(async (token: string, options: CommonOptions) =>
      printDone(deps, tokenRevoke, { token }, options, {
        asText: (out, { revoked, token: known }) =>
          out.out(`Revoked the token ${known ? line(known) : sanitize(revoked)}.\n`),
        look,
      }),
    );
}

const look = "patchbay tokens list";

interface Made {
  readonly token: TokenDocument;
  readonly secret: string;
}

function printMade(out: Out, { token, secret }: Made): void {
  out.out(`${secret}\n`);
  out.err(
    `Made the token ${line(token)}.\nCopy it now: it is not shown again, and Patchbay stores only its hash.\n`,
  );
}

/** For a standard output that could not take the secret. */
function printOnlyMade(out: Out, { token }: Made): void {
  out.err(
    `Made the token ${line(token)}, but could not print it. Revoke it: patchbay tokens revoke ${token.id}\n`,
  );
}

interface Listed {
  readonly tokens: readonly TokenDocument[];
  readonly unreadable: readonly string[];
}

function printTokens(out: Out, { tokens, unreadable }: Listed): void {
  for (const id of unreadable)
    out.err(
      `${sanitize(`The token ${id} cannot be read, so nobody can use it. Revoke it: patchbay tokens revoke ${id}`)}\n`,
    );
  if (tokens.length === 0) {
    out.err("There are no tokens. To make one: patchbay tokens make --help\n");
    return;
  }
  const rows = tokens.map(({ name, scope, owner, connections, expiresAt, lastUsedAt, id }) => [
    name,
    scope,
    owner,
    connections?.join(", ") ?? "all connections",
    lastUsedAt ?? "never",
    expiresAt,
    id,
  ]);
  const headings = ["name", "scope", "owner", "connections", "last used", "expires", "id"];
  out.out(tableFor(out, headings, rows));
}

function line({ name, scope, owner, expiresAt }: TokenDocument): string {
  return sanitize(`${name} (${scope}, with the rights of ${owner}, until ${expiresAt})`);
}

function readDays(typed: string): number {
  const days = Number(typed);
  if (/^\d{1,3}$/u.test(typed) && days >= 1 && days <= maxTokenDays) return days;
  throw new InvalidArgumentError(`Give a whole number from 1 to ${maxTokenDays}.`);
}
