import { createContext } from 'react';

/** How much bigger everything is than on 1920 x 1080: for what knows pixels alone. */
export const Scale = createContext(1);
