//! What must not depend on the group, and requirements on it.
