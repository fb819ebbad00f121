namespace RocketMQ.Protocol.Bodies;

/// <summary>How a consumer dealt with one message it was handed directly.</summary>
public enum CMResult
{
    CrSuccess,
    CrLater,
    CrRollback,
    CrCommit,
    CrThrowException,
    CrReturnNull,
}
