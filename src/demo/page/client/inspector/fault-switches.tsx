import { useEffect, useRef, useState } from "preact/hooks";
import { useSession } from "../session.ts";
import type { InspectorData, FaultName } from "../../inspector-types.ts";

const words: readonly (readonly [FaultName, string, string])[] = [
  ["slow", "Slow", "every answer takes 2 s"],
  ["down", "Down", "every request is answered 503"],
  ["ignores", "Ignores", "a change is answered 200 and not made"],
  ["applies-then-hangs", "Applies, then hangs", "a change is made and never answered"],
  ["rate-limit", "Rate limit", "every request is answered 429, Retry-After: 20"],
];

/** Switches for faults: at each vendor, and of the app itself. */
export function FaultSwitches() {
  const { inspectorData, act, app, boot } = useSession();
  const [busy, setBusy] = useState(false);
  // A switch shows its new position at once, until the demo reports its faults.
  const [put, setPut] = useState<Partial<InspectorData["faults"]>>({});
  const asking = useRef(0);
  useEffect(() => {
    if (asking.current === 0) setPut({});
  }, [inspectorData?.faults]);
  if (!inspectorData) return null;
  const { appRunning } = inspectorData;
  const faults = { ...inspectorData.faults, ...put };
  const putFaults = async (
    vendor: keyof InspectorData["faults"],
    names: readonly FaultName[],
  ): Promise<void> => {
    setPut((before) => ({ ...before, [vendor]: names }));
    asking.current += 1;
    const taken = await act("faults", { vendor, names });
    asking.current -= 1;
    if (!taken) setPut({});
  };
  const runApp = async (running: boolean): Promise<void> => {
    setBusy(true);
    await act("app", { running });
    setBusy(false);
  };
  return (
    <>
      <fieldset class="faults">
        <legend>{app.name}</legend>
        <p>
          The app is <strong>{appRunning ? "running" : "stopped"}</strong>.{" "}
          {!appRunning && "Slack reaches nobody: commands, buttons and forms say so."}
        </p>
        <button
          type="button"
          class="kit-button"
          data-style={appRunning ? "danger" : "primary"}
          aria-busy={busy}
          onClick={() => !busy && void runApp(!appRunning)}
        >
          {appRunning ? "Stop the app" : "Start the app"}
        </button>
      </fieldset>
      {boot.vendors.map(({ id: vendor, title }) => (
        <fieldset key={vendor} class="faults">
          <legend>{title}</legend>
          {words.map(([name, label, means]) => (
            <label key={name}>
              <input
                type="checkbox"
                role="switch"
                checked={(faults[vendor] ?? []).includes(name)}
                onChange={({ currentTarget: { checked } }) => {
                  const others = (faults[vendor] ?? []).filter((each) => each !== name);
                  void putFaults(vendor, checked ? [...others, name] : others);
                }}
              />
              <span>
                {label} <small>{means}</small>
              </span>
            </label>
          ))}
        </fieldset>
      ))}
    </>
  );
}
