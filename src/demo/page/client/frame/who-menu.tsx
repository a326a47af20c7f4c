import { Avatar } from "../avatar.tsx";
import { Icon } from "../icon.tsx";
import { MenuButton } from "../menu.tsx";
import { useSession } from "../session.ts";

/** The switch between people of both workspaces. */
export function WhoMenu() {
  const { boot, as, person, become, workspace } = useSession();
  const entries = boot.workspaces.flatMap(({ id, name, people }) =>
    people.map((each, at) => ({
      key: `${id}/${each.id}`,
      label: each.name,
      note: each.role,
      heading: at === 0 ? name : undefined,
      checked: as === `${id}/${each.id}`,
      run: () => become(`${id}/${each.id}`),
    })),
  );
  return (
    <MenuButton
      className="who"
      isNamed
      title={`${person.name}, ${person.role}, in ${workspace.name}. Become somebody else.`}
      entries={entries}
      label={
        <>
          <Avatar userId={person.id} name={person.name} small />
          <span class="who-name">
            {person.name.split(" ")[0]}
            <span class="wide"> {person.name.split(" ").slice(1).join(" ")}</span>
          </span>
          <span class="badge wide">{person.role}</span>
          <Icon name="down" />
        </>
      }
    />
  );
}
