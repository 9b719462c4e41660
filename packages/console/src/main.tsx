import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './styles.css';
import { loadAhead } from './router.tsx';
import { wire } from './wiring.tsx';
import { learn } from './words/say.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
const wiring = wire();
loadAhead(wiring.router);
await learn(wiring.language());
createRoot(root).render(<App wiring={wiring} />);
