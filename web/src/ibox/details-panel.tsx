import type { Node, NodeView } from '@diwan/protocol/ibox.ts';
import { ActionIcon, Drawer, Paper, Tabs, Title, Tooltip, VisuallyHidden } from '@mantine/core';
import {
  IconHistory,
  IconInfoCircle,
  IconMessage,
  IconUsers,
  IconVersions,
  IconX,
  type TablerIcon,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { AboutNode, AboutSeveral } from './details-about.tsx';
import { Activity } from './details-activity.tsx';
import { Comments } from './details-comments.tsx';
import classes from './details-panel.module.css';
import { NodeIcon } from './node-icon.tsx';
import { SharesPanel } from './sharing/shares-panel.tsx';
import { usePhone } from './use-page-rows.ts';
import { Versions } from './versions-panel.tsx';

/** The parts of the details, in their order. A new one stands here and has a name in `browse.tabs`. */
const tabs = [
  { tab: 'about', Icon: IconInfoCircle, of: () => true, Content: AboutNode },
  { tab: 'comments', Icon: IconMessage, of: (node: Node) => node.parentId !== null, Content: Comments },
  { tab: 'shares', Icon: IconUsers, of: () => true, Content: SharesPanel },
  { tab: 'activity', Icon: IconHistory, of: () => true, Content: Activity },
  { tab: 'versions', Icon: IconVersions, of: (node: Node) => node.kind === 'file', Content: Versions },
] as const satisfies {
  tab: string;
  Icon: TablerIcon;
  of: (node: Node) => boolean;
  Content: ComponentType<{ node: Node; view: NodeView }>;
}[];
export type DetailsTab = (typeof tabs)[number]['tab'];

type Props = {
  /** The folder on the screen, which the details are of while nothing is selected. */
  view: NodeView;
  chosen: readonly Node[];
  tab: DetailsTab;
  onTab: (tab: DetailsTab) => void;
  onClose: () => void;
};

/** What is known about what is selected: beside the list, or over it on a phone. */
export function DetailsPanel(props: Props) {
  const { t } = useTranslation(['ibox', 'browse', 'common']);
  const { view, chosen, onClose } = props;
  const node = chosen[0] ?? view.node;
  const several = chosen.length > 1;
  const title = several
    ? t('browse:about.several', { count: chosen.length })
    : node.id === view.node.id && view.ancestors.length === 0
      ? t('root')
      : node.name;
  const phone = usePhone();
  if (phone)
    return (
      <Drawer
        opened
        onClose={onClose}
        position="bottom"
        size="80%"
        radius="lg"
        title={<bdi>{title}</bdi>}
        closeButtonProps={{ 'aria-label': t('common:action.close') }}
      >
        <Details {...props} node={node} several={several} />
      </Drawer>
    );
  return (
    <Paper component="aside" withBorder radius="lg" className={classes.panel ?? ''} aria-label={t('browse:details')}>
      <div className={classes.head}>
        {!several && <NodeIcon node={node} />}
        <Title order={2} size="h3" className={classes.title ?? ''}>
          <bdi>{title}</bdi>
        </Title>
        <ActionIcon variant="subtle" color="gray" size={34} aria-label={t('common:action.close')} onClick={onClose}>
          <IconX size={19} />
        </ActionIcon>
      </div>
      <Details {...props} node={node} several={several} />
    </Paper>
  );
}

function Details({ view, chosen, tab, onTab, node, several }: Props & { node: Node; several: boolean }) {
  const { t } = useTranslation('browse');
  if (several) return <AboutSeveral nodes={chosen} />;
  const offered = tabs.filter(({ of }) => of(node));
  const shown = offered.find((one) => one.tab === tab) ?? offered[0];
  return (
    <Tabs
      value={shown?.tab ?? null}
      onChange={(value) => onTab(offered.find((one) => one.tab === value)?.tab ?? 'about')}
      keepMounted={false}
    >
      <Tabs.List className={classes.tabs ?? ''} aria-label={t('tabs.label')}>
        {offered.map((one) => {
          const name = t(`tabs.${one.tab}`);
          const isShown = one.tab === shown?.tab;
          // Five words have no room beside a list: the one that is open has its name, the others their signs.
          return (
            <Tooltip key={one.tab} label={name} disabled={isShown}>
              <Tabs.Tab value={one.tab} className={classes.tab ?? ''} leftSection={<one.Icon size={19} stroke={1.6} />}>
                {isShown ? name : <VisuallyHidden>{name}</VisuallyHidden>}
              </Tabs.Tab>
            </Tooltip>
          );
        })}
      </Tabs.List>
      {offered.map(({ tab: value, Content }) => (
        <Tabs.Panel key={value} value={value} pt="md">
          <Content key={node.id} node={node} view={view} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
