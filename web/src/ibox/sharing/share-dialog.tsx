import { Modal, Tabs } from '@mantine/core';
import { IconLink, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Failure, Waiting } from '../../ui/states.tsx';
import { spacesQuery } from '../queries.ts';
import { usePhone } from '../use-page-rows.ts';
import { LinksTab } from './links-tab.tsx';
import { PeopleTab } from './people-tab.tsx';
import classes from './sharing.module.css';
import { type Shareable, standingOf } from './standing.ts';

export type ShareTab = 'people' | 'links';

/** Gives others access to a file or folder: persons, or whoever has a link. What the person may not do is not offered. */
export function ShareDialog(props: { node: Shareable; tab?: ShareTab; onClose: () => void }) {
  const { t } = useTranslation(['sharing', 'common']);
  const phone = usePhone();
  const spaces = useQuery(spacesQuery);
  const { node, onClose } = props;
  const standing = spaces.data && standingOf(node, spaces.data);
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      fullScreen={phone}
      title={<bdi>{t('title', { name: node.name })}</bdi>}
      classNames={{ title: classes.title ?? '' }}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      {standing === undefined ? (
        spaces.isError ? (
          <Failure error={spaces.error} onRetry={spaces.refetch} />
        ) : (
          <Waiting />
        )
      ) : (
        <Tabs defaultValue={props.tab ?? 'people'} keepMounted={false}>
          <Tabs.List>
            <Tabs.Tab value="people" leftSection={<IconUsers size={18} stroke={1.7} />}>
              {t('tab.people')}
            </Tabs.Tab>
            <Tabs.Tab value="links" leftSection={<IconLink size={18} stroke={1.7} />}>
              {t('tab.links')}
            </Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="people" pt="md">
            <PeopleTab node={node} standing={standing} onLeft={onClose} />
          </Tabs.Panel>
          <Tabs.Panel value="links" pt="md">
            <LinksTab node={node} mayManage={standing.role === 'manager'} />
          </Tabs.Panel>
        </Tabs>
      )}
    </Modal>
  );
}
