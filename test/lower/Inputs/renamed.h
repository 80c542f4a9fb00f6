case B: { break; }
