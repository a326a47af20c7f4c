import { describe, expect, it } from "vitest";
import { places, startAppAndCli } from "../control/app-and-cli.ts";

describe.each(places)("patchbay hooks, run by %s", (place) => {
  it("makes a hook whose secret is shown once, lists it without the secret, and removes it", async () => {
    const { run } = await startAppAndCli(place);
    const added = await run(["hooks", "add", "Grafana", "--source", "grafana"]);
    expect(added).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^pbh_[\w-]{43}\n$/u) });
    const [, id = ""] = /\/hooks\/(hook_[0-9a-f]{32})\n/u.exec(added.err) ?? [];
    const listed = await run(["hooks", "list", "--json"]);
    expect(JSON.parse(listed.out)).toMatchObject({
      hooks: [
        { id, name: "Grafana", source: "grafana", path: `/hooks/${id}`, hasSecret: true, mappings: [] },
      ],
    });
    expect(listed.out).not.toContain(added.out.trim());
    expect((await run(["hooks", "remove", id])).exitCode).toBe(0);
    expect((await run(["hooks", "remove", id])).exitCode).toBe(3);
    expect((await run(["hooks", "list"])).err).toContain("There are no hooks.");
  });

  it("makes no secret for a source that makes its own, and refuses people who are no admins", async () => {
    const { run } = await startAppAndCli(place);
    const added = await run(["hooks", "add", "PagerDuty", "--source", "pagerduty"]);
    expect(added).toMatchObject({ exitCode: 0, out: "" });
    expect(added.err).toContain("patchbay hooks secret hook_");
    for (const command of [["list"], ["add", "x", "--source", "grafana"], ["remove", "hook_x"]])
      expect((await run(["hooks", ...command, "--as", "U0OPER001"])).exitCode).toBe(3);
  });
});
