import type { LinkNode } from '@diwan/protocol/ibox-links.ts';
import { ActionIcon, Button, Paper, Text, Title } from '@mantine/core';
import { IconChevronRight, IconDownload, IconFolderOff, IconFolderOpen } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Viewer } from '../ibox/viewer.tsx';
import { useFormats } from '../ui/format.ts';
import { Failure, Nothing, Waiting } from '../ui/states.tsx';
import { codeOf } from '../wire/problem.ts';
import { queryClient } from '../wire/queries.ts';
import { AboutLink } from './about-link.tsx';
import classes from './link-page.module.css';
import type { OpenedRead } from './link-page.tsx';
import { linkSource } from './link-source.ts';
import { LinkThumbnail } from './link-thumbnail.tsx';
import { useDownload } from './use-download.ts';
import { childrenQuery, nodeQuery, pageQuery } from './visit.ts';

/** A folder and those in it, with previews, and all of it as one ZIP. */
export function LinkFolder({ token, page, id }: { token: string; page: OpenedRead; id: string }) {
  const { t } = useTranslation(['links', 'common']);
  const download = useDownload(token);
  const source = useMemo(() => linkSource(token), [token]);
  const view = useQuery(nodeQuery(token, id));
  const children = useInfiniteQuery(childrenQuery(token, id));
  const [viewed, setViewed] = useState<string>();
  const nodes = children.data?.pages.flatMap((one) => one.nodes) ?? [];
  const failure = view.error ?? children.error;
  const code = failure ? codeOf(failure) : undefined;
  const ended = code === 'link_gone' || code === 'link_password';
  useEffect(() => {
    // The page itself says what has become of the link.
    if (ended) void queryClient.invalidateQueries({ ...pageQuery(token), exact: true });
  }, [ended, token]);

  const path = view.data?.path ?? [];
  const folder = view.data?.node ?? (id === page.node.id ? page.node : undefined);
  const isTop = id === page.node.id;
  const counted = page.downloadsLeft !== null;
  if (code === 'not_found')
    return (
      <Nothing icon={<IconFolderOff size={44} stroke={1.3} />} title={t('nodeGone')}>
        <Button component={Link} to={`/l/${token}`} variant="light" mt="sm">
          {t('back')}
        </Button>
      </Nothing>
    );
  return (
    <>
      {!isTop && (
        <nav aria-label={t('path')}>
          <ol className={classes.path}>
            {path.slice(0, -1).map((step, index) => (
              <li key={step.id}>
                <Link to={index === 0 ? `/l/${token}` : `/l/${token}/${step.id}`}>
                  <bdi>{step.name}</bdi>
                </Link>
                <IconChevronRight size={16} stroke={1.6} aria-hidden className="mirrored" />
              </li>
            ))}
          </ol>
        </nav>
      )}
      <div className={classes.head}>
        <div className={classes.words}>
          <Title order={1}>
            <bdi>{folder?.name ?? '…'}</bdi>
          </Title>
          <AboutLink page={page} />
        </div>
        {nodes.length > 0 && (
          <Button
            size="md"
            leftSection={<IconDownload size={20} stroke={1.7} />}
            onClick={() => download({ id, kind: 'folder' })}
          >
            {t('downloadAll')}
          </Button>
        )}
      </div>
      <Paper withBorder radius="lg" className={classes.sheet ?? ''}>
        {children.isPending ? (
          <Waiting />
        ) : children.isError && nodes.length === 0 ? (
          <Failure error={children.error} onRetry={children.refetch} />
        ) : nodes.length === 0 ? (
          <Nothing icon={<IconFolderOpen size={44} stroke={1.3} />} title={t('empty')} />
        ) : (
          <ul className={classes.list} aria-label={t('contents', { name: folder?.name })}>
            {nodes.map((node) => (
              <Entry
                key={node.id}
                token={token}
                node={node}
                onView={() => (counted ? download(node) : setViewed(node.id))}
                onDownload={() => download(node)}
              />
            ))}
          </ul>
        )}
      </Paper>
      {children.hasNextPage && (
        <Button
          variant="default"
          fullWidth
          mt="md"
          loading={children.isFetchingNextPage}
          onClick={() => children.fetchNextPage()}
        >
          {t('common:action.more')}
        </Button>
      )}
      {counted && (
        <Text c="dimmed" size="sm" mt="sm">
          {t('counted')}
        </Text>
      )}
      {viewed !== undefined && (
        <Viewer nodes={nodes} start={viewed} source={source} onClose={() => setViewed(undefined)} />
      )}
    </>
  );
}

function Entry(props: { token: string; node: LinkNode; onView: () => void; onDownload: () => void }) {
  const { t } = useTranslation('links');
  const format = useFormats();
  const { token, node } = props;
  const isFolder = node.kind === 'folder';
  return (
    <li className={classes.entry}>
      <span className={classes.picture}>
        <LinkThumbnail token={token} node={node} size={26} className={classes.thumbnail} />
      </span>
      <div className={classes.named}>
        {isFolder ? (
          <Link to={`/l/${token}/${node.id}`} className={classes.name}>
            <bdi>{node.name}</bdi>
          </Link>
        ) : (
          <button type="button" className={classes.name} onClick={props.onView}>
            <bdi>{node.name}</bdi>
          </button>
        )}
        <Text size="sm" c="dimmed">
          {!isFolder && <>{format.size(node.size)} · </>}
          {format.date(node.changedAt)}
        </Text>
      </div>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={42}
        aria-label={t('downloadOne', { name: node.name })}
        title={t('download')}
        onClick={props.onDownload}
      >
        <IconDownload size={20} stroke={1.7} />
      </ActionIcon>
    </li>
  );
}
