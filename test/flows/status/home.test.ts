import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { chooseMoreIn } from "./overflow.ts";
import { formSays, person } from "../../support/screen.ts";
import { blockText, buttonsOf, opens, quiet } from "../../support/words.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ connected: ["dialnexa", "cartesia"], logTo: quiet });
});
afterAll(async () => {
  await harness.close();
});

/** Opens the home tab and waits until it says something. */
async function home(userId: string, words: string) {
  await person(harness, userId).openHome();
  return harness.slack.eventually(`a home tab that says “${words}”`, () => {
    const view = harness.slack.home("T0PATCH01", userId);
    return view && blockText(view).includes(words) ? view : undefined;
  });
}

describe("the home tab", () => {
  it("shows an operator the verbs, the connections with their health, and that nothing happened", async () => {
    const tab = await home("U0OPER001", "Phone numbers");
    expect(buttonsOf(tab)).toEqual(["Reassign", "List", "Rename", "Edit", "Detach"]);
    expect(blockText(tab)).toContain("*dialnexa demo* · DialNexa · key `");
    expect(blockText(tab)).toContain(":white_check_mark: Healthy · 6 numbers");
    expect(blockText(tab)).toContain("No changes yet.");
    expect(blockText(tab)).toMatch(/As of <!date\^\d+\^/u);
  });

  it("shows an admin the way to connect, which opens its form", async () => {
    expect(buttonsOf(await home("U0ADMIN01", "Phone numbers"))).toContain("Connect");
    const ada = person(harness, "U0ADMIN01");
    await opens(harness, ada, async () => ada.click("connect", { in: "home" }), "Vendor");
  });

  it.each(["reassign", "detach"])("opens the form of %s from its button", async (verb) => {
    const omar = person(harness, "U0OPER001");
    await home("U0OPER001", "Phone numbers");
    const form = await opens(harness, omar, async () => omar.click(`open:${verb}`, { in: "home" }), "Number");
    expect(form.callback_id).toBe(verb);
  });

  it.each(["rename", "edit"])("opens the form of %s from its menu", async (verb) => {
    const omar = person(harness, "U0OPER001");
    const tab = await home("U0OPER001", "Phone numbers");
    const label = verb === "rename" ? "Rename" : "Edit";
    const form = await opens(harness, omar, async () => chooseMoreIn(omar, label, tab, "home"), "Number");
    expect(form.callback_id).toBe(verb);
  });

  it("sends the list to the person directly, where its filter changes it in place", async () => {
    const omar = person(harness, "U0OPER001");
    await omar.click("list:all", { in: "home" });
    const list = await harness.slack.eventually(
      "the list",
      () => harness.slack.directMessages("U0OPER001")[0],
    );
    expect(blockText(list)).toContain("*12 numbers*");
    await omar.choose("list:filter", { text: "No agent", value: "nobody" }, { in: list });
    await harness.slack.eventually("the filtered list", () =>
      harness.slack
        .directMessages("U0OPER001")
        .find(({ ts, blocks }) => ts === list.ts && JSON.stringify(blocks).includes("for “nobody”")),
    );
  });

  it("shows the last changes once it is opened again, and a vendor that does not answer", async () => {
    const omar = person(harness, "U0OPER001");
    await opens(
      harness,
      omar,
      async () => omar.command("reassign 0147 to night desk because of <fog>"),
      "After:",
    );
    await omar.submit();
    await formSays(harness, omar, "Reassigned by");
    // Its list is forgotten by the change, so that it is asked again.
    harness.vendors.dialnexa.fault({ kind: "status", status: 503 });
    const tab = blockText(await home("U0OPER001", "Why: of &lt;fog&gt;"));
    expect(tab).toMatch(
      /<@U0OPER001> reassigned \*Support overflow\*: [^]*applied · \+1 415 555 0147 · dialnexa demo/u,
    );
    expect(tab).toContain("*Front desk* → *Night desk*");
    expect(tab).toContain(":x: DialNexa is down (HTTP 503).");
    harness.vendors.dialnexa.clearFaults();
  });

  it("shows a guest only a message", async () => {
    const tab = await home("U0GUEST01", "You may not");
    expect(buttonsOf(tab)).toEqual([]);
    expect(blockText(tab)).not.toContain("dialnexa demo");
    expect((await harness.audit()).at(-1)).toMatchObject({
      kind: "action.refused",
      actor: { userId: "U0GUEST01" },
    });
  });
});
