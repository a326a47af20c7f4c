import { useEffect, useState } from "preact/hooks";
import type { Choice, Json } from "../../types.ts";
import { objectsOf, stringOf, wordsOf } from "../json.ts";
import { useSession, type Session } from "../session.ts";
import { useSurface } from "./surface.ts";

const pauseMs = 120;
const leastTyped = 3;

/** The options of a select for what is typed. `state` is "there", or text about why there are none. */
export function useChoices({
  blockId,
  element,
  typed,
}: {
  readonly blockId: string;
  readonly element: Json;
  readonly typed: string | undefined;
}): { readonly choices: readonly Choice[]; readonly state: string } {
  const session = useSession();
  const { on } = useSurface();
  const [found, setFound] = useState<{ choices: readonly Choice[]; state: string }>({
    choices: [],
    state: "there",
  });
  const external = stringOf(element["type"]).endsWith("external_select");
  const least = typeof element["min_query_length"] === "number" ? element["min_query_length"] : leastTyped;
  useEffect(() => {
    if (typed === undefined || !external) return undefined;
    if (Array.from(typed).length < least) {
      setFound({ choices: [], state: `Type at least ${least} characters` });
      return undefined;
    }
    let stale = false;
    setFound((before) => ({ ...before, state: "Loading…" }));
    const ask = async (): Promise<void> => {
      const actionId = element["action_id"];
      const answer = await session.act<{ options: Choice[]; problem?: string }>("options", {
        on,
        blockId,
        actionId,
        typed,
      });
      if (stale) return;
      const problem = answer ? answer.problem : "no answer";
      setFound({
        choices: answer?.options ?? [],
        state: problem ? `Nothing could be loaded (${problem})` : "there",
      });
    };
    const timer = setTimeout(() => void ask(), typed === "" ? 0 : pauseMs);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
    // Requested again for a new text only.
  }, [typed, external, least]);
  if (external) return found;
  return { choices: ownChoices(session, element).filter(matching(typed ?? "")), state: "there" };
}

function ownChoices(session: Session, element: Json): Choice[] {
  const { workspace } = session;
  const type = stringOf(element["type"]).replace(/^multi_/u, "");
  if (type === "users_select") return workspace.people.map(({ id, name }) => ({ value: id, text: name }));
  if (type !== "static_select")
    return workspace.places
      .filter(({ kind }) => kind === "channel")
      .map(({ id, name }) => ({ value: id, text: `#${name}` }));
  const groups = objectsOf(element["option_groups"]).flatMap((group) => objectsOf(group["options"]));
  return [...objectsOf(element["options"]), ...groups].map((option) => ({
    text: wordsOf(option["text"]),
    value: stringOf(option["value"]),
    ...(option["description"] === undefined ? {} : { description: wordsOf(option["description"]) }),
  }));
}

function matching(typed: string): (choice: Choice) => boolean {
  const wanted = typed.toLowerCase();
  return ({ text }) => text.toLowerCase().includes(wanted);
}
