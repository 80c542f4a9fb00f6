case A: { break; }
case B: { break; }
