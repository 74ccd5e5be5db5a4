import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { IconLinkOff, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure, Nothing, Waiting } from '../../ui/states.tsx';
import { createOf, emptyDraft } from './link-draft.ts';
import { LinkEntry } from './link-entry.tsx';
import { LinkForm } from './link-form.tsx';
import { createLink, linksQuery } from './shares.ts';
import classes from './sharing.module.css';
import type { Shareable } from './standing.ts';
import { useTold } from './use-told.ts';

/** The links to a file or folder. */
export function LinksTab({ node, mayManage }: { node: Shareable; mayManage: boolean }) {
  const { t } = useTranslation('sharing');
  const told = useTold();
  const links = useQuery({ ...linksQuery(node.id), enabled: mayManage });
  const [making, setMaking] = useState(false);
  if (!mayManage) return <Nothing icon={<IconLinkOff size={36} stroke={1.4} />} title={t('standing.managersOnly')} />;
  if (links.data === undefined)
    return links.isError ? <Failure error={links.error} onRetry={links.refetch} /> : <Waiting minHeight={160} />;
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed" className={classes.hint ?? ''}>
          {t('links.hint')}
        </Text>
        {!making && (
          <Button variant="light" leftSection={<IconPlus size={18} />} onClick={() => setMaking(true)}>
            {t('links.new')}
          </Button>
        )}
      </Group>
      {making && (
        <Paper withBorder radius="md" p="md" className={classes.quietSheet ?? ''}>
          <LinkForm
            initial={emptyDraft}
            mayDrop={node.kind === 'folder'}
            submit={t('links.create')}
            onSubmit={async (draft) => {
              if (await told(createLink(node.id, createOf(draft)), t('links.created'))) setMaking(false);
            }}
            onClose={() => setMaking(false)}
          />
        </Paper>
      )}
      {links.data.length === 0
        ? !making && <Nothing icon={<IconLinkOff size={36} stroke={1.4} />} title={t('links.none')} />
        : links.data.length > 0 && (
            <ul className={classes.people} aria-label={t('links.list', { name: node.name })}>
              {links.data.map((link) => (
                <LinkEntry key={link.id} link={link} />
              ))}
            </ul>
          )}
    </Stack>
  );
}
