import type { Link as ShareLink } from '@diwan/protocol/ibox-links.ts';
import { ActionIcon, Badge, Button, Menu, Modal, Text, TextInput } from '@mantine/core';
import {
  IconCheck,
  IconCopy,
  IconDots,
  IconEye,
  IconInbox,
  IconLinkOff,
  IconLock,
  IconMail,
  IconPencil,
} from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Confirm } from '../../ui/confirm.tsx';
import { copyText } from '../../ui/copy-text.ts';
import { useFormats } from '../../ui/format.ts';
import { useMe } from '../../wire/queries.ts';
import { draftOf, patchOf } from './link-draft.ts';
import { LinkForm } from './link-form.tsx';
import { MailLink } from './mail-link.tsx';
import { patchLink, revokeLink } from './shares.ts';
import classes from './sharing.module.css';
import { useTold } from './use-told.ts';

/** How long the copy button says that it has copied (ms). */
const copiedMs = 2500;

/** One link: how it stands, and all that can be done with it. `withNode` says to what it leads. */
export function LinkEntry({ link, withNode }: { link: ShareLink; withNode?: boolean }) {
  const { t } = useTranslation(['sharing', 'common']);
  const told = useTold();
  const [asked, setAsked] = useState<'edit' | 'mail' | 'revoke'>();
  const close = () => setAsked(undefined);
  const kindName = t(link.kind === 'read' ? 'links.kindRead' : 'links.kindDrop');
  const name = link.label || kindName;
  const Icon = link.kind === 'read' ? IconEye : IconInbox;
  const open = link.state === 'open';
  return (
    <li className={classes.link} data-state={link.state}>
      <span className={classes.kind} title={kindName}>
        <Icon size={19} stroke={1.7} aria-hidden />
      </span>
      <div className={classes.who}>
        <Text fw={500} component="div" className={classes.name ?? ''}>
          <bdi>{name}</bdi>{' '}
          {!open && (
            <Badge variant="light" color="red">
              {t(`links.state.${link.state}`)}
            </Badge>
          )}{' '}
          {link.hasPassword && (
            <Badge variant="light" color="gray" leftSection={<IconLock size={12} aria-hidden />}>
              {t('links.protected')}
            </Badge>
          )}
        </Text>
        {withNode && (
          <Text size="sm" component="div" className={classes.name ?? ''}>
            {link.label !== '' && <>{kindName} </>}
            {t('links.to')}{' '}
            {link.nodeKind === 'folder' ? (
              <Link to={`/files/${link.nodeId}`} className={classes.node ?? ''}>
                <bdi>{link.nodeName}</bdi>
              </Link>
            ) : (
              <bdi>{link.nodeName}</bdi>
            )}
          </Text>
        )}
        <Facts link={link} />
      </div>
      <Menu position="bottom-end" width={230}>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            className={classes.more ?? ''}
            aria-label={t('links.more', { name: withNode ? `${name} — ${link.nodeName}` : name })}
          >
            <IconDots size={20} stroke={1.7} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={18} stroke={1.7} />} onClick={() => setAsked('edit')}>
            {t('links.edit')}
          </Menu.Item>
          {open && (
            <Menu.Item leftSection={<IconMail size={18} stroke={1.7} />} onClick={() => setAsked('mail')}>
              {t('links.mail')}
            </Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item
            color="red"
            leftSection={<IconLinkOff size={18} stroke={1.7} />}
            onClick={() => setAsked('revoke')}
          >
            {t('links.revoke')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {open && <CopyLink url={link.url} />}

      {asked === 'edit' && (
        <Modal
          opened
          onClose={close}
          title={t('links.editTitle')}
          closeButtonProps={{ 'aria-label': t('common:action.close') }}
        >
          <LinkForm
            initial={draftOf(link)}
            link={link}
            mayDrop={link.nodeKind === 'folder'}
            submit={t('links.save')}
            onSubmit={async (draft) => {
              if (await told(patchLink(link.id, patchOf(draft, link)), t('links.saved'))) close();
            }}
            onClose={close}
          />
        </Modal>
      )}
      {asked === 'mail' && (
        <Modal
          opened
          onClose={close}
          title={t('mail.title')}
          closeButtonProps={{ 'aria-label': t('common:action.close') }}
        >
          <MailLink link={link} onDone={close} />
        </Modal>
      )}
      {asked === 'revoke' && (
        <Confirm
          title={t('links.revokeTitle')}
          hint={t('links.revokeHint')}
          action={t('links.revoke')}
          danger
          onConfirm={async () => {
            await told(revokeLink(link.id), t('links.revoked'));
            close();
          }}
          onClose={close}
        />
      )}
    </li>
  );
}

/** How often it was used, until when it works, and whose it is. */
function Facts({ link }: { link: ShareLink }) {
  const { t } = useTranslation('sharing');
  const format = useFormats();
  const me = useMe().account.name;
  const { downloads: done, downloadLimit, uploads, expiresAt } = link;
  const facts = [
    link.kind === 'drop'
      ? t('links.uploads', { count: uploads })
      : downloadLimit === null
        ? t('links.downloads', { count: done })
        : t('links.downloadsOf', { done, count: downloadLimit }),
    expiresAt !== null &&
      t(link.state === 'expired' ? 'links.endedOn' : 'links.until', { date: format.date(expiresAt) }),
    link.createdBy !== me && t('links.by', { name: link.createdBy }),
  ].filter((fact) => fact !== false);
  return (
    <Text size="sm" c="dimmed">
      {facts.join(' · ')}
    </Text>
  );
}

function CopyLink({ url }: { url: string }) {
  const { t } = useTranslation('sharing');
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), copiedMs);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <div className={classes.copy}>
      <TextInput
        size="sm"
        readOnly
        dir="ltr"
        aria-label={t('links.url')}
        value={url}
        className={classes.url ?? ''}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button
        size="sm"
        variant={copied ? 'filled' : 'light'}
        leftSection={copied ? <IconCheck size={17} aria-hidden /> : <IconCopy size={17} aria-hidden />}
        onClick={() => void copyText(url).then(() => setCopied(true))}
      >
        <span aria-live="polite">{t(copied ? 'links.copied' : 'links.copy')}</span>
      </Button>
    </div>
  );
}
