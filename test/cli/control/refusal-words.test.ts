import { expect, it } from "vitest";
import { startAppAndCli } from "./app-and-cli.ts";

it("says in the command line's words what it cannot use or find, and which command lists it", async () => {
  const { run } = await startAppAndCli();
  const said: [string, string][] = [
    ["approve nope", "Patchbay cannot use this. id: the id of a request looks like apr_7Hk2mQx9LzTd."],
    ["approve apr_nope", "Nothing was changed. `patchbay approve` lists the requests."],
    ["tokens revoke nope", "Nothing was changed. `patchbay tokens list` lists the tokens."],
    ["webhooks remove nope", "Nothing was changed. `patchbay webhooks list` lists the webhooks."],
    ["failover drill nope", "Nothing was changed. `patchbay failover` lists the plans."],
    ["number undo chg_nope", "Nothing was changed. Check it with `patchbay number history`."],
    ["number undo chg_!", "the id of a change looks like chg_4fT9sKx2LmQz"],
  ];
  for (const [args, words] of said) {
    const { exitCode, out, err } = await run(args.split(" "));
    expect([args, exitCode, out]).toEqual([args, 3, ""]);
    expect([args, err]).toEqual([args, expect.stringContaining(words)]);
  }
});
