import { useState } from "preact/hooks";
import type { Sent } from "../../types.ts";
import { Icon } from "../icon.tsx";
import { isObject, objectsOf, stringOf, wordsOf } from "../json.ts";
import { MenuButton } from "../menu.tsx";
import { useSession } from "../session.ts";
import { Confirm } from "./confirm.tsx";
import { useSurface, type ElementProps } from "./surface.ts";

/** A menu of further buttons behind three dots: it asks first when the app wants that. */
export function OverflowMenu({ blockId, element }: ElementProps) {
  const { act, app } = useSession();
  const { on } = useSurface();
  const [problem, setProblem] = useState<string>();
  const [asking, setAsking] = useState<{ readonly text: string; readonly value: string }>();
  const { confirm } = element;
  const choose = async (option: { readonly text: string; readonly value: string }): Promise<void> => {
    setAsking(undefined);
    setProblem(undefined);
    const sent = await act<Sent>("choose", { on, blockId, actionId: element["action_id"], ...option });
    setProblem(sent?.problem);
  };
  const entries = objectsOf(element["options"]).map((each) => {
    const option = { text: wordsOf(each["text"]), value: stringOf(each["value"]) };
    return {
      key: option.value,
      label: option.text,
      run: () => (isObject(confirm) ? setAsking(option) : void choose(option)),
    };
  });
  return (
    <>
      <MenuButton
        className="overflow"
        title="More buttons"
        width={180}
        label={<Icon name="dots" />}
        entries={entries}
      />
      {problem && (
        <span class="click-problem" role="alert" title={problem}>
          ⚠ {app.name} did not answer ({problem})
        </span>
      )}
      {asking && isObject(confirm) && (
        <Confirm confirm={confirm} onYes={() => void choose(asking)} onNo={() => setAsking(undefined)} />
      )}
    </>
  );
}
