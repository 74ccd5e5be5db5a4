import { ActionIcon, Button, Menu, SegmentedControl, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconCheck, IconInfoCircle, IconLayoutGrid, IconList } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { nextOrder, orders } from './arrange.ts';
import classes from './view-controls.module.css';
import type { ViewSettings } from './view-settings.ts';

type Props = { settings: ViewSettings; sortable: boolean; onChange: (change: Partial<ViewSettings>) => void };

/** How a folder is looked at: its order, rows or tiles, with or without details. */
export function ViewControls({ settings, sortable, onChange }: Props) {
  const { t } = useTranslation('browse');
  const { view, order, details } = settings;
  const Arrow = order.descending ? IconArrowDown : IconArrowUp;
  const views = [
    { value: 'list' as const, label: t('view.list'), Icon: IconList },
    { value: 'grid' as const, label: t('view.grid'), Icon: IconLayoutGrid },
  ];
  return (
    <div className={classes.controls}>
      <Menu position="bottom-end" width={210} closeOnItemClick={false}>
        <Menu.Target>
          <Button
            variant="subtle"
            color="gray"
            size="compact-md"
            className={classes.sort ?? ''}
            disabled={!sortable}
            rightSection={<Arrow size={16} stroke={1.8} aria-hidden />}
          >
            {t('sort.label', { by: t(`sort.${sortable ? order.by : 'name'}`) })}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {orders.map((by) => (
            <Menu.Item
              key={by}
              role="menuitemradio"
              aria-checked={order.by === by}
              rightSection={order.by === by && <IconCheck size={17} aria-hidden />}
              onClick={() => order.by !== by && onChange({ order: nextOrder(order, by) })}
            >
              {t(`sort.${by}`)}
            </Menu.Item>
          ))}
          <Menu.Divider />
          {([false, true] as const).map((descending) => (
            <Menu.Item
              key={String(descending)}
              role="menuitemradio"
              aria-checked={order.descending === descending}
              rightSection={order.descending === descending && <IconCheck size={17} aria-hidden />}
              onClick={() => onChange({ order: { ...order, descending } })}
            >
              {t(descending ? 'sort.descending' : 'sort.ascending')}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <SegmentedControl
        size="xs"
        aria-label={t('view.label')}
        value={view}
        onChange={(value) => onChange({ view: value })}
        data={views.map(({ value, label, Icon }) => ({
          value,
          label: (
            <span className={classes.icon} title={label}>
              <Icon size={18} stroke={1.7} aria-hidden />
              <VisuallyHidden>{label}</VisuallyHidden>
            </span>
          ),
        }))}
      />
      <ActionIcon
        variant={details ? 'light' : 'subtle'}
        color={details ? 'lagoon' : 'gray'}
        size={36}
        aria-pressed={details}
        aria-label={t(details ? 'hideDetails' : 'showDetails')}
        title={t(details ? 'hideDetails' : 'showDetails')}
        onClick={() => onChange({ details: !details })}
      >
        <IconInfoCircle size={21} stroke={1.7} />
      </ActionIcon>
    </div>
  );
}
