import type { LinkNode, LinkPage as Page } from '@diwan/protocol/ibox-links.ts';
import { Paper } from '@mantine/core';
import { IconLinkOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { Failure, Nothing, Waiting } from '../ui/states.tsx';
import { codeOf } from '../wire/problem.ts';
import { LinkDrop } from './link-drop.tsx';
import { LinkFile } from './link-file.tsx';
import { LinkFolder } from './link-folder.tsx';
import { LinkFrame } from './link-frame.tsx';
import classes from './link-page.module.css';
import { UnlockForm } from './unlock-form.tsx';
import { pageQuery } from './visit.ts';

export type Opened = Extract<Page, { needsPassword: false }>;
export type OpenedRead = Opened & { node: LinkNode };

/** /l/:token: what a link gives to whoever has its address. */
export function LinkPage() {
  const { t } = useTranslation('links');
  const { token = '', nodeId } = useParams();
  const page = useQuery(pageQuery(token));
  const code = page.error ? codeOf(page.error) : undefined;
  const ended = code === 'link_gone' ? 'gone' : code === 'not_found' ? 'missing' : undefined;
  if (ended)
    return (
      <LinkFrame title={t(`${ended}.title`)}>
        <Paper withBorder radius="lg" className={classes.sheet ?? ''} role="alert">
          <Nothing
            icon={<IconLinkOff size={48} stroke={1.3} />}
            title={t(`${ended}.title`)}
            hint={t(`${ended}.hint`)}
          />
        </Paper>
      </LinkFrame>
    );
  if (page.data === undefined)
    return (
      <LinkFrame title="…">
        {page.isError ? <Failure error={page.error} onRetry={page.refetch} /> : <Waiting minHeight="40vh" />}
      </LinkFrame>
    );
  if (page.data.needsPassword)
    return (
      <LinkFrame title={t('password.title')}>
        <UnlockForm token={token} />
      </LinkFrame>
    );
  const { node, name } = page.data;
  return (
    <LinkFrame title={name}>
      {node === null ? (
        <LinkDrop token={token} page={page.data} />
      ) : node.kind === 'file' ? (
        <LinkFile token={token} page={{ ...page.data, node }} />
      ) : (
        <LinkFolder key={nodeId} token={token} page={{ ...page.data, node }} id={nodeId ?? node.id} />
      )}
    </LinkFrame>
  );
}
