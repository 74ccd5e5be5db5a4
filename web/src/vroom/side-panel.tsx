import { CloseButton, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import panel from './together/panel.module.css';

/** What is beside the stage under one title. @param titleId names it, and what scrolls in it */
export function SidePanel(props: { titleId: string; title: string; onClose: () => void; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <aside className={panel.panel} aria-labelledby={props.titleId}>
      <header className={panel.header}>
        <Title order={2} size="h3" id={props.titleId}>
          {props.title}
        </Title>
        <CloseButton
          aria-label={t('action.close')}
          onClick={props.onClose}
          c="inherit"
          variant="transparent"
          size="lg"
        />
      </header>
      {props.children}
    </aside>
  );
}
