using RocketMQ.Protocol.Codes;

namespace RocketMQ.Controller.Sets;

/// <summary>What became of a command: the code and remark of its answer, the set as it is to stand afterwards, and whether that differs from what was stored.</summary>
/// <param name="Code">Of the answer.</param>
/// <param name="Remark">Of the answer.</param>
/// <param name="Set">None where there is no such set, or is none any more.</param>
/// <param name="IsChange">Whether it has to be stored before anybody is told.</param>
internal readonly record struct Outcome(int Code, string? Remark, BrokerSet? Set, bool IsChange)
{
    public bool IsSuccess => Code == ResponseCode.Success;

    public static Outcome Change(BrokerSet? set) => new(ResponseCode.Success, null, set, true);

    public static Outcome Same(BrokerSet? set) => new(ResponseCode.Success, null, set, false);

    public static Outcome Refuse(int code, string remark, BrokerSet? set = null) => new(code, remark, set, false);
}
