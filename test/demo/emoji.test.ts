import { expect, it } from "vitest";
import { emojiByName } from "../../src/domain/text/emoji-names.ts";
import { drawnEmoji } from "../../src/demo/page/client/kit/emoji.ts";
import { slackSource } from "../cli/code.ts";

// F6
it("has a drawing of every emoji that the app uses, so that no font is needed", () => {
  // Every name between colons in the source that is an emoji of Slack's; `page:` of an action is not one.
  const said = new Set(
    [...slackSource.matchAll(/(?<=["'`(\s*>}]):([a-z0-9_+-]+):(?=[\s"'`)*<$])/gu)]
      .map(([, name]) => name ?? "")
      .filter((name) => emojiByName.has(name)),
  );
  expect(said.size).toBeGreaterThan(20);
  const drawn = new Set<string>(drawnEmoji);
  expect([...said].filter((name) => !drawn.has(name))).toEqual([]);
});
