import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type DashboardLink,
  DashboardLinkBuilder,
  type DataSourceRef,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { type BundleParameters, runbookUrl } from '../../catalogue/bundle.ts';
import { DATASOURCE } from './query.ts';

/** What every panel has, whatever it draws. */
export interface PanelFrame {
  readonly title: string;
  /** Markdown. */
  readonly description: string;
  /** Names of the alerts that the panel is about; its header links to their pages. */
  readonly alerts: readonly string[];
}

/** The part of the SDK's panel builders that a frame needs; they share no base class. */
interface FramedBuilder {
  title(title: string): this;
  description(description: string): this;
  datasource(datasource: DataSourceRef): this;
  interval(interval: string): this;
  links(links: Builder<DashboardLink>[]): this;
}

/** A panel builder with title, description, data source and runbook links. */
export function framed<B extends FramedBuilder>(
  builder: B,
  frame: PanelFrame,
  parameters: BundleParameters,
): B {
  return (
    builder
      .title(frame.title)
      .description(frame.description)
      .datasource(DATASOURCE)
      // Rules are evaluated every minute; a finer step would only repeat values.
      .interval('1m')
      .links(frame.alerts.map((alert) => runbookLink(alert, `\${cluster}`, parameters)))
  );
}

/** A link to the page of an alert; `cluster` is what Grafana fills in. */
export function runbookLink(
  alert: string,
  cluster: string,
  parameters: BundleParameters,
): DashboardLinkBuilder {
  return new DashboardLinkBuilder(`Runbook: ${alert}`)
    .url(`${runbookUrl(alert, parameters)}?cluster=${cluster}`)
    .targetBlank(true);
}
