import type { Node } from '@diwan/protocol/ibox.ts';
import { Kbd, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { Place } from './browse.ts';
import { type Marks, type NodeAction, type NodeOffer, offersFor, takesAway } from './node-actions.ts';
import classes from './node-menu.module.css';
import { spacesQuery } from './queries.ts';
import { usePhone } from './use-page-rows.ts';

/** What can be done with what is selected, where the pointer is. */
export function NodeMenu(props: {
  nodes: readonly Node[];
  marks: Marks;
  at: Place;
  onAction: (action: NodeAction) => void;
  onClose: () => void;
}) {
  const label = useActionLabels(props.nodes, props.marks);
  const { t } = useTranslation('browse');
  const phone = usePhone();
  const offers = useOffers(props.nodes);
  const keyNames = { Enter: '↵', F2: 'F2', Delete: t('deleteKey') };
  const { x, y } = props.at;
  const close = () => {
    props.onClose();
    // The keyboard goes on where it was.
    document
      .querySelector<HTMLElement>(`[data-id="${CSS.escape(props.nodes[0]?.id ?? '')}"]`)
      ?.focus({ preventScroll: true });
  };
  return (
    <Menu
      opened
      onClose={close}
      position="bottom-start"
      offset={2}
      width={240}
      returnFocus={false}
      // Not the key that opened it.
      clickOutsideEvents={['mousedown', 'touchstart']}
    >
      <Menu.Target>
        <button
          type="button"
          tabIndex={-1}
          aria-label={t('actions')}
          className={classes.place}
          style={{ left: x, top: y }}
        />
      </Menu.Target>
      <Menu.Dropdown onContextMenu={(event) => event.preventDefault()}>
        {offers.map(({ action, icon: Icon, apart, danger, shortcut }) => (
          <Fragment key={action}>
            {apart && <Menu.Divider />}
            <Menu.Item
              leftSection={<Icon size={18} stroke={1.7} />}
              rightSection={
                shortcut &&
                !phone && (
                  <Kbd size="xs" aria-hidden>
                    {keyNames[shortcut]}
                  </Kbd>
                )
              }
              {...(danger ? { color: 'red' } : {})}
              onClick={() => props.onAction(action)}
            >
              {label(action)}
            </Menu.Item>
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** What the person can do with these nodes together. */
export function useOffers(nodes: readonly Node[]): NodeOffer[] {
  const { data: spaces } = useQuery(spacesQuery);
  return offersFor(nodes, spaces ?? []);
}

/** What actions are called, by what they would do to these nodes. */
export function useActionLabels(nodes: readonly Node[], marks: Marks): (action: NodeAction) => string {
  const { t } = useTranslation(['ibox', 'browse', 'social', 'sharing']);
  const { data: spaces } = useQuery(spacesQuery);
  const owns = spaces?.find(({ id }) => id === nodes[0]?.mount?.spaceId)?.isOwner === true;
  return (action) => {
    if (action === 'share') return t('sharing:action');
    if (action === 'leave') return t(owns ? 'sharing:stop.action' : 'sharing:leave.action');
    if (action === 'favourite')
      return t(takesAway(nodes, marks.favourites) ? 'social:favourites.remove' : 'social:favourites.add');
    if (action === 'lock') return t(takesAway(nodes, marks.locked) ? 'social:lock.unlock' : 'social:lock.lock');
    if (action === 'preview') return t('browse:preview');
    if (action === 'details') return t('browse:details');
    return action === 'versions' ? t('versions.open') : t(action);
  };
}
