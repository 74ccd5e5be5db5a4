import { CloseButton, Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './panel.module.css';

export const panels = ['people', 'chat', 'polls', 'notes'] as const;
export type Panel = (typeof panels)[number];

/** The head of what is open beside the stage: which of them, and the way to close it. */
export function PanelTabs(props: {
  panel: Panel;
  onPanel: (panel: Panel | null) => void;
  unread?: Partial<Record<Panel, number>>;
}) {
  const { panel, onPanel, unread = {} } = props;
  const { t } = useTranslation('together');
  const { t: common } = useTranslation();
  return (
    <header className={classes.head}>
      <Tabs value={panel} onChange={(value) => onPanel(value as Panel)} color="lagoon.3" className={classes.tabs ?? ''}>
        <Tabs.List aria-label={t('panel.label')}>
          {panels.map((each) => (
            <Tabs.Tab
              key={each}
              value={each}
              className={classes.tab ?? ''}
              rightSection={unread[each] ? <span className={classes.dot} aria-hidden /> : undefined}
            >
              {t(`panel.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      <CloseButton
        aria-label={common('action.close')}
        onClick={() => onPanel(null)}
        c="inherit"
        variant="transparent"
        size="lg"
      />
    </header>
  );
}
