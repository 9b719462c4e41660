import type { ReactNode } from 'react';

const icon = (shape: ReactNode): ReactNode => (
  <svg
    className="icon"
    viewBox="0 0 20 20"
    width="18"
    height="18"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.5"
    aria-hidden="true"
  >
    {shape}
  </svg>
);

/** Line icons of the frame. Decoration only: each stands beside its word. */
export const icons = {
  overview: icon(<path d="M3 11l7-7 7 7M5 9.5V17h10V9.5" />),
  devices: icon(<path d="M3.5 4.5h13v9h-13zM7 17h6M10 13.5V17" />),
  agents: icon(<path d="M3.5 11.5h13v5h-13zM6 14h.01M9 14h.01M10 11.5V7M6.5 7a3.5 3.5 0 0 1 7 0M4 6a6 6 0 0 1 12 0" />),
  records: icon(<path d="M5 2.5h10v15l-2.5-1.5-2.5 1.5-2.5-1.5L5 17.5zM7.5 6.5h5M7.5 9.5h5" />),
  events: icon(<path d="M2.5 10.5h3l2-6 4 11 2.5-7 1 2h2.5" />),
  gaps: icon(<path d="M2.5 10H7M13 10h4.5M8.5 6.5l-1 7M12.5 6.5l-1 7" />),
  people: icon(<path d="M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 17c.5-3.5 3-5 6-5s5.5 1.5 6 5" />),
  about: icon(<path d="M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 9v5M10 6.2v.1" />),
  fold: icon(<path d="M4 4v12M16 5.5L11.5 10l4.5 4.5M11.5 10H8" />),
  download: icon(<path d="M10 3v9M6.5 8.5L10 12l3.5-3.5M4 15.5h12" />),
  columns: icon(<path d="M3.5 4.5h13v11h-13zM8 4.5v11M12 4.5v11" />),
  views: icon(<path d="M5.5 3h9v14l-4.5-3-4.5 3z" />),
  alarms: icon(
    <path d="M10 3a4.5 4.5 0 0 0-4.5 4.5c0 4-1.5 5-1.5 5.5h12c0-.5-1.5-1.5-1.5-5.5A4.5 4.5 0 0 0 10 3zM8.5 16a1.6 1.6 0 0 0 3 0" />,
  ),
  incidents: icon(<path d="M10 3l7.5 13.5h-15zM10 8v4M10 14.3v.1" />),
  topology: icon(<path d="M8 3h4v4H8zM3 13h4v4H3zM13 13h4v4h-4zM10 7v3M5 13v-3h10v3" />),
  maps: icon(<path d="M3 5l4.5-2 5 2L17 3v12l-4.5 2-5-2L3 17zM7.5 3v12M12.5 5v12" />),
  register: icon(<path d="M4 3h12v14H4zM7 6.5h6M7 10h6M7 13.5h3" />),
  money: icon(<path d="M3.5 16.5v-5M8 16.5v-9M12.5 16.5v-6M17 16.5v-12" />),
  duty: icon(<path d="M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6v4l3 2" />),
  calendar: icon(<path d="M3.5 5h13v11.5h-13zM3.5 8.5h13M7 3v3M13 3v3" />),
  rules: icon(<path d="M4 5h12M4 10h12M4 15h12M7 3.5v3M13 8.5v3M9 13.5v3" />),
  audit: icon(<path d="M5 2.5h7l3 3v12H5zM7.5 9.5l1.5 1.5 3-3M7.5 14h5" />),
  quality: icon(<path d="M3.5 15a6.5 6.5 0 1 1 13 0M10 15l3.5-4.5" />),
  wall: icon(<path d="M2.5 4.5h15v9h-15zM7 16.5h6" />),
  search: icon(<path d="M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM13 13l4 4" />),
} as const;
