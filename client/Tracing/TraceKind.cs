namespace RocketMQ.Client.Tracing;

/// <summary>What kind of message was sent, numbered as trace data counts it.</summary>
internal enum TraceKind
{
    Normal = 0,
    HalfOfTransaction = 1,
    EndOfTransaction = 2,
    Delayed = 3,
}
