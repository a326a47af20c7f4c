import { useState } from "preact/hooks";
import type { Sent } from "../../types.ts";
import { isObject, stringOf } from "../json.ts";
import { useSession } from "../session.ts";
import { Confirm } from "./confirm.tsx";
import { Text } from "./mrkdwn.tsx";
import { useSurface, type ElementProps } from "./surface.ts";

/** A button. It asks for confirmation if the app wants that, and shows if the app did not receive the click. */
export function Button({ blockId, element }: ElementProps) {
  const { act, app } = useSession();
  const { on } = useSurface();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [asking, setAsking] = useState(false);
  const { confirm } = element;
  const click = async (): Promise<void> => {
    setAsking(false);
    setBusy(true);
    setProblem(undefined);
    const { value } = element;
    const sent = await act<Sent>("click", {
      on,
      blockId,
      actionId: element["action_id"],
      ...(typeof value === "string" ? { value } : {}),
    });
    setProblem(sent?.problem);
    setBusy(false);
  };
  return (
    <>
      <button
        type="button"
        class="kit-button"
        data-style={stringOf(element["style"]) || "plain"}
        data-action={stringOf(element["action_id"])}
        aria-busy={busy}
        aria-label={stringOf(element["accessibility_label"]) || undefined}
        onClick={() => {
          if (busy) return;
          if (isObject(confirm)) setAsking(true);
          else void click();
        }}
      >
        <Text of={element["text"]} />
      </button>
      {problem && (
        <span class="click-problem" role="alert" title={problem}>
          ⚠ {app.name} did not answer ({problem})
        </span>
      )}
      {asking && isObject(confirm) && (
        <Confirm confirm={confirm} onYes={() => void click()} onNo={() => setAsking(false)} />
      )}
    </>
  );
}
