using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Core;

/// <summary>A producer that brokers ask what became of its transactions.</summary>
internal interface ITransactionParticipant : IProducerMember
{
    /// <summary>Finds the answer and sends it over the connection the question came by.</summary>
    Task CheckAsync(StoredMessage half, CheckTransactionStateRequestHeader check, RemotingConnection connection, CancellationToken cancellationToken);
}
