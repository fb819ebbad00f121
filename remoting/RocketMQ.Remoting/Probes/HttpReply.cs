namespace RocketMQ.Remoting.Probes;

/// <summary>What a GET is answered: the status, the media type and the body's bytes.</summary>
public readonly record struct HttpReply(int Status, string ContentType, ReadOnlyMemory<byte> Body);
