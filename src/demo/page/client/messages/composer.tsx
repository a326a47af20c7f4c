import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Sent, SlackbotReply } from "../../types.ts";
import { completions, slackCommands, type Completion } from "./completion.ts";
import { Icon } from "../icon.tsx";
import { MenuButton } from "../menu.tsx";
import { useSession } from "../session.ts";

/** The input for messages and slash commands, with completions. */
export function Composer({
  channelId,
  name,
  threadTs,
}: {
  readonly channelId: string;
  readonly name: string;
  readonly threadTs?: string;
}) {
  const session = useSession();
  const { app, person, act, notify } = session;
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const [hidden, setHidden] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const choices = hidden ? [] : completions(text, session);
  const chosen = choices[Math.min(active, choices.length - 1)];
  const thread = threadTs === undefined ? {} : { threadTs };
  const place = [channelId, ...(threadTs === undefined ? [] : [threadTs])] as const;

  useLayoutEffect(() => {
    const { current } = area;
    if (!current) return;
    current.style.height = "auto";
    current.style.height = `${Math.min(current.scrollHeight, 180)}px`;
  }, [text]);

  useLayoutEffect(() => {
    document.getElementById(`${listId}-${chosen?.key}`)?.scrollIntoView({ block: "nearest" });
  }, [chosen?.key]);

  const runShortcut = async (callbackId: string): Promise<void> => {
    const sent = await act<Sent>("shortcut", { callbackId });
    if (sent?.problem) notify(`The shortcut failed with the error \`${sent.problem}\``, ...place);
  };
  const take = (completion: Completion): void => {
    setActive(0);
    if ("text" in completion.becomes) setText(completion.becomes.text);
    else {
      setText("");
      void runShortcut(completion.becomes.shortcut);
    }
  };
  const send = async (): Promise<void> => {
    const typed = text.trim();
    if (typed === "") return;
    setText("");
    setHidden(false);
    const command = /^\/\S*/u.exec(text)?.[0];
    if (command === undefined) {
      await act("say", { channelId, text: typed, ...thread });
    } else if (threadTs === undefined && (command === "/invite" || command === "/remove")) {
      const answer = await act<SlackbotReply>("membership", {
        channelId,
        command,
        text: typed.slice(command.length).trim(),
        app: app.name,
      });
      if (answer?.reply) notify(answer.reply, ...place);
    } else if ((command !== app.command || person.foreign) && !slackCommands.has(command)) {
      notify(`\`${command}\` is not a valid command.`, ...place);
    } else if (threadTs !== undefined) {
      notify(`\`${command}\` is not supported in threads. Sorry!`, ...place);
    } else {
      const sent = await act<Sent>("command", {
        channelId,
        command,
        text: typed.slice(command.length).trim(),
      });
      if (sent?.problem) notify(`${command} failed with the error \`${sent.problem}\``, ...place);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (chosen && step !== undefined) {
      event.preventDefault();
      setActive((Math.min(active, choices.length - 1) + step + choices.length) % choices.length);
    } else if (chosen && (event.key === "Enter" || event.key === "Tab") && !event.shiftKey) {
      event.preventDefault();
      take(chosen);
    } else if (chosen && event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      setHidden(true);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void send();
    }
  };
  const label = threadTs ? "Reply…" : `Message ${name}`;
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {choices.length > 0 && (
        <ul class="completions" role="listbox" id={listId} aria-label="What this could become">
          {choices.map((choice) => (
            <li
              key={choice.key}
              id={`${listId}-${choice.key}`}
              role="option"
              aria-selected={choice === chosen}
              onPointerDown={(event) => {
                event.preventDefault();
                take(choice);
                area.current?.focus();
              }}
            >
              <span class="completion-title">{choice.title}</span>
              <small>{choice.note}</small>
            </li>
          ))}
        </ul>
      )}
      {choices.length === 0 && text.startsWith(`${app.command} `) && !person.foreign && (
        <p class="usage">
          <code>{app.command}</code> {app.usageHint}
        </p>
      )}
      <div class="composer-box">
        {!threadTs && !person.foreign && (
          <MenuButton
            up
            title="Shortcuts"
            label={<Icon name="bolt" />}
            entries={app.shortcuts
              .filter(({ type }) => type === "global")
              .map(({ callbackId, name: title, description }) => ({
                key: callbackId,
                label: title,
                note: `${app.name} · ${description}`,
                run: () => void runShortcut(callbackId),
              }))}
          />
        )}
        <textarea
          ref={area}
          rows={1}
          value={text}
          placeholder={label}
          aria-label={label}
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-controls={choices.length > 0 ? listId : undefined}
          aria-activedescendant={chosen ? `${listId}-${chosen.key}` : undefined}
          onInput={({ currentTarget }) => {
            setText(currentTarget.value);
            setHidden(false);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
        <button type="submit" class="send" aria-label="Send" disabled={text.trim() === ""}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}
