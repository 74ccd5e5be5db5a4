import type { NodeView } from '@diwan/protocol/ibox.ts';
import { ActionIcon, Menu } from '@mantine/core';
import { IconChevronRight, IconDots } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { foldedPath } from './drop.ts';
import classes from './folder-path.module.css';
import { type NodeDrag, useDropTarget } from './use-node-drag.tsx';
import { usePhone } from './use-page-rows.ts';

type Step = { id: string; name: string; isRoot: boolean };
type Props = { view: NodeView; onOpen?: (id: string) => void; drag?: NodeDrag };

/** Where a folder lies, from the root down; the middle of a long path is folded. Without `onOpen` each step is a link. */
export function FolderPath({ view, onOpen, drag }: Props) {
  const { t } = useTranslation(['ibox', 'browse']);
  const navigate = useNavigate();
  const room = usePhone() ? 'narrow' : 'wide';
  const steps = [...view.ancestors, view.node].map(({ id, name }, index): Step => {
    return { id, name: index === 0 ? t('root') : name, isRoot: index === 0 };
  });
  const { before, folded, after } = foldedPath(steps, room);
  const open = (step: Step) => (onOpen ? onOpen(step.id) : void navigate(addressOf(step)));
  const shown = (step: Step) => (
    <PathStep key={step.id} step={step} isLast={step.id === view.node.id} onOpen={onOpen} drag={drag} />
  );
  return (
    <nav aria-label={t('path')}>
      <ol className={classes.path}>
        {before.map(shown)}
        {folded.length > 0 && (
          <li className={classes.step}>
            <Chevron />
            <Menu position="bottom-start">
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" size={30} aria-label={t('browse:folded')}>
                  <IconDots size={18} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                {folded.map((step) => (
                  <Menu.Item key={step.id} onClick={() => open(step)}>
                    <bdi>{step.name}</bdi>
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          </li>
        )}
        {after.map(shown)}
      </ol>
    </nav>
  );
}

const addressOf = ({ id, isRoot }: Step) => (isRoot ? '/files' : `/files/${id}`);
const Chevron = () => <IconChevronRight size={16} stroke={1.6} aria-hidden className={`mirrored ${classes.chevron}`} />;

function PathStep(props: {
  step: Step;
  isLast: boolean;
  onOpen: ((id: string) => void) | undefined;
  drag: NodeDrag | undefined;
}) {
  const { step, isLast, onOpen, drag } = props;
  const drop = useDropTarget(step.id, drag);
  const name = <bdi>{step.name}</bdi>;
  return (
    <li className={classes.step} data-over={drop.over} {...drop.handlers}>
      <Chevron />
      {isLast ? (
        <span aria-current="page" className={classes.here}>
          {name}
        </span>
      ) : onOpen ? (
        <button type="button" className={classes.link} onClick={() => onOpen(step.id)}>
          {name}
        </button>
      ) : (
        <Link className={classes.link} to={addressOf(step)} draggable={false}>
          {name}
        </Link>
      )}
    </li>
  );
}
