namespace RocketMQ.Remoting.Entering;

/// <summary>What the first bytes of a connection are.</summary>
internal enum ProxyHeaderStatus
{
    /// <summary>No PROXY header.</summary>
    None,

    /// <summary>They may become one.</summary>
    Undecided,

    /// <summary>One, of which more is to come.</summary>
    Incomplete,

    Complete,

    /// <summary>One that can't be.</summary>
    Invalid,
}
