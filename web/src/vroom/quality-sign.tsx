import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Grade } from './model/quality.ts';
import classes from './quality-sign.module.css';

/** Three bars: how somebody is received, or how one's own picture and voice go out. In words for who asks with pointer or key. */
export function QualitySign({ grade, name, self }: { grade: Grade; name: string; self: boolean }) {
  const { t } = useTranslation('comfort');
  const label = self ? t(`quality.own.${grade}`) : t(`quality.of.${grade}`, { name });
  return (
    <Tooltip label={label} multiline maw={260} events={{ hover: true, focus: true, touch: true }}>
      <span
        className={classes.sign}
        role="img"
        aria-label={label}
        data-grade={grade}
        tabIndex={grade === 'good' ? -1 : 0}
      >
        <span />
        <span />
        <span />
      </span>
    </Tooltip>
  );
}
