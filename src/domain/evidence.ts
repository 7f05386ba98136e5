/** What one check saw at a look; everything a person needs to believe or doubt the verdict. Serialisable. */
export interface Evidence {
  readonly signal: string;
  /** Bound of a histogram in seconds, where the check is about one. */
  readonly edge?: number;
  /** The recorded series, as a query to paste. */
  readonly query?: string;
  /** First and last minute judged, epoch milliseconds. */
  readonly window?: { readonly from: number; readonly to: number };
  readonly before?: { readonly events: number; readonly exposure: number };
  readonly since?: { readonly events: number; readonly exposure: number };
  /** Rate since the sync divided by the rate before; absent when there was nothing to divide by. */
  readonly factor?: number;
  readonly value?: number;
  readonly limit?: number;
  /** Evidence for harm: how many times likelier the counts are if it got worse. 1 = none. */
  readonly e?: number;
  /** The clusters without the change in the same minutes. */
  readonly controls?: { readonly clusters: number; readonly events: number; readonly exposure: number };
  /** How rare this is in quiet hours: the chance, the windows compared with, and how many of them scored as high. */
  readonly quiet?: {
    readonly p: number;
    readonly windows: number;
    readonly reached: number;
    /** Whether the chance was extended from the tail of the windows' scores. */
    readonly extrapolated: boolean;
  };
  /** Evidence for go, the same way round: how many times likelier the counts are if it is not that bad. */
  readonly eGo?: number;
  /** How far the check has come towards its own go, 0..1. */
  readonly progress?: number;
  readonly alert?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, string>>;
}
